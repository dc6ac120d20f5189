import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Utils;

/**
 * Prints golden.json: requests and responses as Kafka's own client writes and reads them, in hexadecimal, without their
 * size.
 *
 * <pre>
 *   java -cp 'kafka-clients-4.3.1.jar' test/golden/kafka-4.3.1/Generate.java > test/golden/kafka-4.3.1/golden.json
 * </pre>
 *
 * <p>Same input, same bytes.
 */
public class Generate {
    private static final String CLIENT = "client";
    private static final int CORRELATION = 7;
    private static final long PRODUCER = 4_611_686_018_427_387_905L;
    private static final short EPOCH = 300;
    private static final StringJoiner OUT = new StringJoiner(",\n  ", "{\n  ", "\n}");

    public static void main(String[] args) {
        request("apiVersionsRequest", ApiKeys.API_VERSIONS, 3, new ApiVersionsRequestData()
            .setClientSoftwareName("pgfacts").setClientSoftwareVersion("0"));
        response("apiVersionsResponse", ApiKeys.API_VERSIONS, 3, apiVersions());

        request("endTxnRequest", ApiKeys.END_TXN, 5, new EndTxnRequestData()
            .setTransactionalId("app.topic.3").setProducerId(PRODUCER).setProducerEpoch(EPOCH).setCommitted(true));
        response("endTxnResponse", ApiKeys.END_TXN, 5, new EndTxnResponseData()
            .setThrottleTimeMs(11).setProducerId(PRODUCER + 1).setProducerEpoch((short) 0));
        response("endTxnRefused", ApiKeys.END_TXN, 5, new EndTxnResponseData().setErrorCode((short) 90));

        request("txnOffsetCommitRequest", ApiKeys.TXN_OFFSET_COMMIT, 5, offsets());
        response("txnOffsetCommitResponse", ApiKeys.TXN_OFFSET_COMMIT, 5, offsetsAnswer((short) 0));
        response("txnOffsetCommitRefused", ApiKeys.TXN_OFFSET_COMMIT, 5, offsetsAnswer((short) 51));

        request("offsetFetchRequest", ApiKeys.OFFSET_FETCH, 7, new OffsetFetchRequestData()
            .setGroupId("app").setRequireStable(true).setTopics(List.of(
                new OffsetFetchRequestData.OffsetFetchRequestTopic().setName("topic").setPartitionIndexes(List.of(3)))));
        response("offsetFetchResponse", ApiKeys.OFFSET_FETCH, 7, committed((short) 0));
        response("offsetFetchRefused", ApiKeys.OFFSET_FETCH, 7, committed((short) 88));
        response("offsetFetchFailed", ApiKeys.OFFSET_FETCH, 7, new OffsetFetchResponseData().setErrorCode((short) 16));

        request("produceRequest", ApiKeys.PRODUCE, 12, produce());
        response("produceResponse", ApiKeys.PRODUCE, 12, produceAnswer());
        System.out.println(OUT);
    }

    private static ApiVersionsResponseData apiVersions() {
        ApiVersionsResponseData data = new ApiVersionsResponseData().setThrottleTimeMs(12).setFinalizedFeaturesEpoch(5);
        data.apiKeys().add(new ApiVersionsResponseData.ApiVersion()
            .setApiKey((short) 0).setMinVersion((short) 3).setMaxVersion((short) 13));
        data.apiKeys().add(new ApiVersionsResponseData.ApiVersion()
            .setApiKey((short) 26).setMinVersion((short) 0).setMaxVersion((short) 5));
        data.supportedFeatures().add(new ApiVersionsResponseData.SupportedFeatureKey()
            .setName("transaction.version").setMinVersion((short) 0).setMaxVersion((short) 9));
        data.finalizedFeatures().add(new ApiVersionsResponseData.FinalizedFeatureKey()
            .setName("metadata.version").setMinVersionLevel((short) 1).setMaxVersionLevel((short) 29));
        data.finalizedFeatures().add(new ApiVersionsResponseData.FinalizedFeatureKey()
            .setName("transaction.version").setMinVersionLevel((short) 0).setMaxVersionLevel((short) 2));
        return data;
    }

    private static TxnOffsetCommitRequestData offsets() {
        TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition partition =
            new TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition()
                .setPartitionIndex(3).setCommittedOffset(9_007_199_254_740_993L).setCommittedMetadata("m\u00fc");
        return new TxnOffsetCommitRequestData()
            .setTransactionalId("app.topic.3").setGroupId("app").setProducerId(PRODUCER).setProducerEpoch(EPOCH)
            .setTopics(List.of(new TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic()
                .setName("topic").setPartitions(List.of(partition))));
    }

    private static TxnOffsetCommitResponseData offsetsAnswer(short error) {
        return new TxnOffsetCommitResponseData().setThrottleTimeMs(13).setTopics(List.of(
            new TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic().setName("topic").setPartitions(List.of(
                new TxnOffsetCommitResponseData.TxnOffsetCommitResponsePartition().setPartitionIndex(2),
                new TxnOffsetCommitResponseData.TxnOffsetCommitResponsePartition()
                    .setPartitionIndex(3).setErrorCode(error)))));
    }

    private static OffsetFetchResponseData committed(short error) {
        return new OffsetFetchResponseData().setThrottleTimeMs(15).setTopics(List.of(
            new OffsetFetchResponseData.OffsetFetchResponseTopic().setName("topic").setPartitions(List.of(
                new OffsetFetchResponseData.OffsetFetchResponsePartition()
                    .setPartitionIndex(3).setErrorCode(error).setCommittedLeaderEpoch(-1)
                    .setCommittedOffset(error == 0 ? 9_007_199_254_740_993L : -1)
                    .setMetadata(error == 0 ? "m\u00fc" : "")))));
    }

    private static ProduceRequestData produce() {
        ProduceRequestData.TopicProduceDataCollection topics = new ProduceRequestData.TopicProduceDataCollection();
        topics.add(new ProduceRequestData.TopicProduceData().setName("facts").setPartitionData(List.of(
            partition(0, 5, 10), partition(2, 0, 400))));
        topics.add(new ProduceRequestData.TopicProduceData().setName("changelog").setPartitionData(List.of(
            partition(1, 2_147_483_647, 1))));
        return new ProduceRequestData()
            .setTransactionalId("app.topic.3").setAcks((short) -1).setTimeoutMs(10_000).setTopicData(topics);
    }

    /** One record whose value is of that many letters; the leader's epoch is the broker's to give, and zero as in KafkaJS. */
    private static ProduceRequestData.PartitionProduceData partition(int index, int sequence, int length) {
        SimpleRecord record = new SimpleRecord(1_700_000_000_123L, "key".getBytes(), "v".repeat(length).getBytes());
        return new ProduceRequestData.PartitionProduceData().setIndex(index).setRecords(
            MemoryRecords.withTransactionalRecords(
                RecordBatch.CURRENT_MAGIC_VALUE, 0, Compression.NONE, PRODUCER, EPOCH, sequence, 0, record));
    }

    private static ProduceResponseData produceAnswer() {
        ProduceResponseData.TopicProduceResponseCollection topics =
            new ProduceResponseData.TopicProduceResponseCollection();
        topics.add(new ProduceResponseData.TopicProduceResponse().setName("facts").setPartitionResponses(List.of(
            new ProduceResponseData.PartitionProduceResponse()
                .setIndex(0).setBaseOffset(9_007_199_254_740_993L).setLogStartOffset(3),
            new ProduceResponseData.PartitionProduceResponse()
                .setIndex(2).setErrorCode((short) 6).setBaseOffset(-1)
                .setRecordErrors(List.of(new ProduceResponseData.BatchIndexAndErrorMessage()
                    .setBatchIndex(4).setBatchIndexErrorMessage("why")))
                .setErrorMessage("not the leader")
                .setCurrentLeader(new ProduceResponseData.LeaderIdAndEpoch().setLeaderId(2).setLeaderEpoch(8)))));
        topics.add(new ProduceResponseData.TopicProduceResponse().setName("changelog").setPartitionResponses(List.of(
            new ProduceResponseData.PartitionProduceResponse().setIndex(1).setErrorCode((short) 51).setBaseOffset(-1))));
        ProduceResponseData.NodeEndpointCollection nodes = new ProduceResponseData.NodeEndpointCollection();
        nodes.add(new ProduceResponseData.NodeEndpoint().setNodeId(2).setHost("broker-2").setPort(9092));
        return new ProduceResponseData().setResponses(topics).setThrottleTimeMs(14).setNodeEndpoints(nodes);
    }

    private static void request(String name, ApiKeys api, int version, ApiMessage data) {
        RequestHeaderData header = new RequestHeaderData()
            .setRequestApiKey(api.id).setRequestApiVersion((short) version)
            .setCorrelationId(CORRELATION).setClientId(CLIENT);
        put(name, header, api.requestHeaderVersion((short) version), data, version);
    }

    private static void response(String name, ApiKeys api, int version, ApiMessage data) {
        ResponseHeaderData header = new ResponseHeaderData().setCorrelationId(CORRELATION);
        put(name, header, api.responseHeaderVersion((short) version), data, version);
    }

    private static void put(String name, ApiMessage header, short headerVersion, ApiMessage data, int version) {
        String hex = hex(header, headerVersion) + hex(data, (short) version);
        OUT.add("\"" + name + "\": \"" + hex + "\"");
    }

    private static String hex(ApiMessage message, short version) {
        return HexFormat.of().formatHex(Utils.toArray(MessageUtil.toByteBufferAccessor(message, version).buffer()));
    }
}
