/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
"use strict";

var $protobuf = require("../protobuf/message");

var $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
var $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

var $root = {};

$root.facts = (function() {

    var facts = {};

    facts.v1 = (function() {

        var v1 = {};

        v1.Header = (function() {

            var Header = function (properties) {
                this.unavailable = [];
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Header.prototype.id = "";
            Header.prototype.kind = 0;
            Header.prototype.subject = "";
            Header.prototype.revision = 0n;
            Header.prototype.time = null;
            Header.prototype.source = null;
            Header.prototype.unavailable = $util.emptyArray;
            Header.prototype.movedFrom = "";
            Header.prototype.movedTo = "";

            Header.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && message.id !== "")
                    writer.stringField(10, message.id);
                if (message.kind != null && message.kind !== 0)
                    writer.int32Field(16, message.kind);
                if (message.subject != null && message.subject !== "")
                    writer.stringField(26, message.subject);
                if (message.revision != null && message.revision !== 0n)
                    writer.uint64Field(32, message.revision);
                if (message.time != null)
                    $root.google.protobuf.Timestamp.encode(message.time, writer.forkField(42), _depth + 1).ldelim();
                if (message.source != null)
                    $root.facts.v1.Source.encode(message.source, writer.forkField(50), _depth + 1).ldelim();
                if (message.unavailable != null && message.unavailable.length)
                    for (var i = 0; i < message.unavailable.length; ++i)
                        writer.stringField(58, message.unavailable[i]);
                if (message.movedFrom != null && message.movedFrom !== "")
                    writer.stringField(66, message.movedFrom);
                if (message.movedTo != null && message.movedTo !== "")
                    writer.stringField(74, message.movedTo);
                if (message.$unknowns != null)
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Header.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.facts.v1.Header();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.subject = value;
                            else
                                delete message.subject;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if ((value = reader.uint64()) !== 0n)
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.time = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.time);
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.source = $root.facts.v1.Source.decode(reader, reader.size(), $undefined, _depth + 1, message.source);
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.unavailable && message.unavailable.length))
                                message.unavailable = [];
                            message.unavailable.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.movedFrom = value;
                            else
                                delete message.movedFrom;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.movedTo = value;
                            else
                                delete message.movedTo;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Header.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/facts.v1.Header";
            };

            return Header;
        })();

        v1.Source = (function() {

            var Source = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Source.prototype.connector = "";
            Source.prototype.database = "";
            Source.prototype.schema = "";
            Source.prototype.table = "";
            Source.prototype.lsn = 0n;
            Source.prototype.transactionId = 0n;
            Source.prototype.transactionOrder = 0n;
            Source.prototype.snapshot = false;

            Source.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.connector != null && message.connector !== "")
                    writer.stringField(10, message.connector);
                if (message.database != null && message.database !== "")
                    writer.stringField(18, message.database);
                if (message.schema != null && message.schema !== "")
                    writer.stringField(26, message.schema);
                if (message.table != null && message.table !== "")
                    writer.stringField(34, message.table);
                if (message.lsn != null && message.lsn !== 0n)
                    writer.uint64Field(40, message.lsn);
                if (message.transactionId != null && message.transactionId !== 0n)
                    writer.uint64Field(48, message.transactionId);
                if (message.transactionOrder != null && message.transactionOrder !== 0n)
                    writer.uint64Field(56, message.transactionOrder);
                if (message.snapshot != null && message.snapshot !== false)
                    writer.boolField(64, message.snapshot);
                if (message.$unknowns != null)
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Source.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.facts.v1.Source();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.connector = value;
                            else
                                delete message.connector;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.database = value;
                            else
                                delete message.database;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.schema = value;
                            else
                                delete message.schema;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.table = value;
                            else
                                delete message.table;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if ((value = reader.uint64()) !== 0n)
                                message.lsn = value;
                            else
                                delete message.lsn;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if ((value = reader.uint64()) !== 0n)
                                message.transactionId = value;
                            else
                                delete message.transactionId;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if ((value = reader.uint64()) !== 0n)
                                message.transactionOrder = value;
                            else
                                delete message.transactionOrder;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.snapshot = value;
                            else
                                delete message.snapshot;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Source.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/facts.v1.Source";
            };

            return Source;
        })();

        v1.Kind = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "KIND_UNSPECIFIED"] = 0;
            values[valuesById[1] = "KIND_CREATED"] = 1;
            values[valuesById[2] = "KIND_UPDATED"] = 2;
            values[valuesById[3] = "KIND_DELETED"] = 3;
            values[valuesById[4] = "KIND_SNAPSHOT"] = 4;
            return values;
        })();

        return v1;
    })();

    return facts;
})();

$root.google = (function() {

    var google = {};

    google.protobuf = (function() {

        var protobuf = {};

        protobuf.Timestamp = (function() {

            var Timestamp = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Timestamp.prototype.seconds = 0n;
            Timestamp.prototype.nanos = 0;

            Timestamp.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seconds != null && message.seconds !== 0n)
                    writer.int64Field(8, message.seconds);
                if (message.nanos != null && message.nanos !== 0)
                    writer.int32Field(16, message.nanos);
                if (message.$unknowns != null)
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Timestamp.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Timestamp();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if ((value = reader.int64()) !== 0n)
                                message.seconds = value;
                            else
                                delete message.seconds;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.nanos = value;
                            else
                                delete message.nanos;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            Timestamp.getTypeUrl = function(prefix) {
                if (prefix === $undefined)
                    prefix = "type.googleapis.com";
                return prefix + "/google.protobuf.Timestamp";
            };

            return Timestamp;
        })();

        return protobuf;
    })();

    return google;
})();

module.exports = $root;
