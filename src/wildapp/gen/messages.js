/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
"use strict";

var $protobuf = require("pgfacts/protobuf");

var $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
var $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

var $root = { facts: $protobuf.facts, google: $protobuf.google };

$root.wildapp = (function() {

    var wildapp = {};

    wildapp.event = (function() {

        var event = {};

        event.v1 = (function() {

            var v1 = {};

            v1.Event = (function() {

                var Event = function (properties) {
                    if (properties)
                        for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Event.prototype.header = null;
                Event.prototype.id = 0n;
                Event.prototype.type = "";
                Event.prototype.timestamp = null;
                Event.prototype.subscriber = null;
                Event.prototype.payload = "";
                Event.prototype.patchOf = null;

                var $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Event.prototype, "_subscriber", {
                    get: $util.oneOfGetter($oneOfFields = ["subscriber"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Event.prototype, "_patchOf", {
                    get: $util.oneOfGetter($oneOfFields = ["patchOf"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Event.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.header != null)
                        $root.facts.v1.Header.encode(message.header, writer.forkField(10), _depth + 1).ldelim();
                    if (message.id != null && message.id !== 0n)
                        writer.int64Field(16, message.id);
                    if (message.type != null && message.type !== "")
                        writer.stringField(26, message.type);
                    if (message.timestamp != null)
                        $root.google.protobuf.Timestamp.encode(message.timestamp, writer.forkField(34), _depth + 1).ldelim();
                    if (message.subscriber != null)
                        writer.stringField(42, message.subscriber);
                    if (message.payload != null && message.payload !== "")
                        writer.stringField(50, message.payload);
                    if (message.patchOf != null)
                        writer.int64Field(56, message.patchOf);
                    if (message.$unknowns != null)
                        for (var i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Event.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.wildapp.event.v1.Event();
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
                                message.header = $root.facts.v1.Header.decode(reader, reader.size(), $undefined, _depth + 1, message.header);
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if ((value = reader.int64()) !== 0n)
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.type = value;
                                else
                                    delete message.type;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.timestamp = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.timestamp);
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.subscriber = reader.stringVerify();
                                message._subscriber = "subscriber";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.payload = value;
                                else
                                    delete message.payload;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.patchOf = reader.int64();
                                message._patchOf = "patchOf";
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

                Event.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/wildapp.event.v1.Event";
                };

                return Event;
            })();

            return v1;
        })();

        return event;
    })();

    wildapp.primary = (function() {

        var primary = {};

        primary.v1 = (function() {

            var v1 = {};

            v1.Primary = (function() {

                var Primary = function (properties) {
                    this.labels = [];
                    if (properties)
                        for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Primary.prototype.header = null;
                Primary.prototype.id = 0n;
                Primary.prototype.secondaryId = null;
                Primary.prototype.title = "";
                Primary.prototype.status = 0;
                Primary.prototype.serialNumber = 0n;
                Primary.prototype.amount = "";
                Primary.prototype.quantity = 0;
                Primary.prototype.score = null;
                Primary.prototype.verified = false;
                Primary.prototype.notes = null;
                Primary.prototype.externalId = "";
                Primary.prototype.happenedAt = null;
                Primary.prototype.dueOn = null;
                Primary.prototype.remindAt = null;
                Primary.prototype.leadTime = null;
                Primary.prototype.attributes = "";
                Primary.prototype.labels = $util.emptyArray;
                Primary.prototype.fingerprint = null;
                Primary.prototype.createdAt = null;
                Primary.prototype.updatedAt = null;
                Primary.prototype.secondary = null;

                var $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_secondaryId", {
                    get: $util.oneOfGetter($oneOfFields = ["secondaryId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_score", {
                    get: $util.oneOfGetter($oneOfFields = ["score"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_notes", {
                    get: $util.oneOfGetter($oneOfFields = ["notes"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_happenedAt", {
                    get: $util.oneOfGetter($oneOfFields = ["happenedAt"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_dueOn", {
                    get: $util.oneOfGetter($oneOfFields = ["dueOn"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_remindAt", {
                    get: $util.oneOfGetter($oneOfFields = ["remindAt"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_leadTime", {
                    get: $util.oneOfGetter($oneOfFields = ["leadTime"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Primary.prototype, "_fingerprint", {
                    get: $util.oneOfGetter($oneOfFields = ["fingerprint"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Primary.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.header != null)
                        $root.facts.v1.Header.encode(message.header, writer.forkField(10), _depth + 1).ldelim();
                    if (message.id != null && message.id !== 0n)
                        writer.int64Field(16, message.id);
                    if (message.secondaryId != null)
                        writer.int64Field(24, message.secondaryId);
                    if (message.title != null && message.title !== "")
                        writer.stringField(34, message.title);
                    if (message.status != null && message.status !== 0)
                        writer.int32Field(40, message.status);
                    if (message.serialNumber != null && message.serialNumber !== 0n)
                        writer.int64Field(48, message.serialNumber);
                    if (message.amount != null && message.amount !== "")
                        writer.stringField(58, message.amount);
                    if (message.quantity != null && message.quantity !== 0)
                        writer.int32Field(64, message.quantity);
                    if (message.score != null)
                        writer.doubleField(73, message.score);
                    if (message.verified != null && message.verified !== false)
                        writer.boolField(80, message.verified);
                    if (message.notes != null)
                        writer.stringField(90, message.notes);
                    if (message.externalId != null && message.externalId !== "")
                        writer.stringField(98, message.externalId);
                    if (message.happenedAt != null)
                        writer.stringField(106, message.happenedAt);
                    if (message.dueOn != null)
                        writer.stringField(114, message.dueOn);
                    if (message.remindAt != null)
                        writer.stringField(122, message.remindAt);
                    if (message.leadTime != null)
                        writer.stringField(130, message.leadTime);
                    if (message.attributes != null && message.attributes !== "")
                        writer.stringField(138, message.attributes);
                    if (message.labels != null && message.labels.length)
                        for (var i = 0; i < message.labels.length; ++i)
                            writer.stringField(146, message.labels[i]);
                    if (message.fingerprint != null)
                        writer.bytesField(154, message.fingerprint);
                    if (message.createdAt != null)
                        $root.google.protobuf.Timestamp.encode(message.createdAt, writer.forkField(162), _depth + 1).ldelim();
                    if (message.updatedAt != null)
                        $root.google.protobuf.Timestamp.encode(message.updatedAt, writer.forkField(170), _depth + 1).ldelim();
                    if (message.secondary != null)
                        $root.wildapp.primary.v1.Secondary.encode(message.secondary, writer.forkField(178), _depth + 1).ldelim();
                    if (message.$unknowns != null)
                        for (var i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Primary.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.wildapp.primary.v1.Primary();
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
                                message.header = $root.facts.v1.Header.decode(reader, reader.size(), $undefined, _depth + 1, message.header);
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                if ((value = reader.int64()) !== 0n)
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.secondaryId = reader.int64();
                                message._secondaryId = "secondaryId";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.title = value;
                                else
                                    delete message.title;
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.status = value;
                                else
                                    delete message.status;
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                if ((value = reader.int64()) !== 0n)
                                    message.serialNumber = value;
                                else
                                    delete message.serialNumber;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.amount = value;
                                else
                                    delete message.amount;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.quantity = value;
                                else
                                    delete message.quantity;
                                continue;
                            }
                        case 9: {
                                if (wireType !== 1)
                                    break;
                                message.score = reader.double();
                                message._score = "score";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.verified = value;
                                else
                                    delete message.verified;
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.notes = reader.stringVerify();
                                message._notes = "notes";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.externalId = value;
                                else
                                    delete message.externalId;
                                continue;
                            }
                        case 13: {
                                if (wireType !== 2)
                                    break;
                                message.happenedAt = reader.stringVerify();
                                message._happenedAt = "happenedAt";
                                continue;
                            }
                        case 14: {
                                if (wireType !== 2)
                                    break;
                                message.dueOn = reader.stringVerify();
                                message._dueOn = "dueOn";
                                continue;
                            }
                        case 15: {
                                if (wireType !== 2)
                                    break;
                                message.remindAt = reader.stringVerify();
                                message._remindAt = "remindAt";
                                continue;
                            }
                        case 16: {
                                if (wireType !== 2)
                                    break;
                                message.leadTime = reader.stringVerify();
                                message._leadTime = "leadTime";
                                continue;
                            }
                        case 17: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.attributes = value;
                                else
                                    delete message.attributes;
                                continue;
                            }
                        case 18: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.labels && message.labels.length))
                                    message.labels = [];
                                message.labels.push(reader.stringVerify());
                                continue;
                            }
                        case 19: {
                                if (wireType !== 2)
                                    break;
                                message.fingerprint = reader.bytes();
                                message._fingerprint = "fingerprint";
                                continue;
                            }
                        case 20: {
                                if (wireType !== 2)
                                    break;
                                message.createdAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.createdAt);
                                continue;
                            }
                        case 21: {
                                if (wireType !== 2)
                                    break;
                                message.updatedAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.updatedAt);
                                continue;
                            }
                        case 22: {
                                if (wireType !== 2)
                                    break;
                                message.secondary = $root.wildapp.primary.v1.Secondary.decode(reader, reader.size(), $undefined, _depth + 1, message.secondary);
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

                Primary.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/wildapp.primary.v1.Primary";
                };

                return Primary;
            })();

            v1.Secondary = (function() {

                var Secondary = function (properties) {
                    this.tags = [];
                    if (properties)
                        for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Secondary.prototype.id = 0n;
                Secondary.prototype.name = "";
                Secondary.prototype.code = "";
                Secondary.prototype.rating = null;
                Secondary.prototype.tags = $util.emptyArray;
                Secondary.prototype.settings = "";
                Secondary.prototype.active = false;
                Secondary.prototype.tertiary = null;

                var $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Secondary.prototype, "_rating", {
                    get: $util.oneOfGetter($oneOfFields = ["rating"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Secondary.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && message.id !== 0n)
                        writer.int64Field(8, message.id);
                    if (message.name != null && message.name !== "")
                        writer.stringField(18, message.name);
                    if (message.code != null && message.code !== "")
                        writer.stringField(26, message.code);
                    if (message.rating != null)
                        writer.stringField(34, message.rating);
                    if (message.tags != null && message.tags.length)
                        for (var i = 0; i < message.tags.length; ++i)
                            writer.stringField(42, message.tags[i]);
                    if (message.settings != null && message.settings !== "")
                        writer.stringField(50, message.settings);
                    if (message.active != null && message.active !== false)
                        writer.boolField(56, message.active);
                    if (message.tertiary != null)
                        $root.wildapp.primary.v1.Tertiary.encode(message.tertiary, writer.forkField(66), _depth + 1).ldelim();
                    if (message.$unknowns != null)
                        for (var i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Secondary.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.wildapp.primary.v1.Secondary();
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
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.name = value;
                                else
                                    delete message.name;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.code = value;
                                else
                                    delete message.code;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.rating = reader.stringVerify();
                                message._rating = "rating";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.tags && message.tags.length))
                                    message.tags = [];
                                message.tags.push(reader.stringVerify());
                                continue;
                            }
                        case 6: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.settings = value;
                                else
                                    delete message.settings;
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.bool())
                                    message.active = value;
                                else
                                    delete message.active;
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.tertiary = $root.wildapp.primary.v1.Tertiary.decode(reader, reader.size(), $undefined, _depth + 1, message.tertiary);
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

                Secondary.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/wildapp.primary.v1.Secondary";
                };

                return Secondary;
            })();

            v1.Tertiary = (function() {

                var Tertiary = function (properties) {
                    if (properties)
                        for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Tertiary.prototype.id = "";
                Tertiary.prototype.name = "";
                Tertiary.prototype.region = 0;
                Tertiary.prototype.foundedOn = null;
                Tertiary.prototype.opensAt = null;

                var $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Tertiary.prototype, "_foundedOn", {
                    get: $util.oneOfGetter($oneOfFields = ["foundedOn"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Tertiary.prototype, "_opensAt", {
                    get: $util.oneOfGetter($oneOfFields = ["opensAt"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Tertiary.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && message.id !== "")
                        writer.stringField(10, message.id);
                    if (message.name != null && message.name !== "")
                        writer.stringField(18, message.name);
                    if (message.region != null && message.region !== 0)
                        writer.int32Field(24, message.region);
                    if (message.foundedOn != null)
                        writer.stringField(34, message.foundedOn);
                    if (message.opensAt != null)
                        writer.stringField(42, message.opensAt);
                    if (message.$unknowns != null)
                        for (var i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Tertiary.decode = function (reader, length, _end, _depth, _target) {
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
                    message = _target || new $root.wildapp.primary.v1.Tertiary();
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
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.name = value;
                                else
                                    delete message.name;
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.region = value;
                                else
                                    delete message.region;
                                continue;
                            }
                        case 4: {
                                if (wireType !== 2)
                                    break;
                                message.foundedOn = reader.stringVerify();
                                message._foundedOn = "foundedOn";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 2)
                                    break;
                                message.opensAt = reader.stringVerify();
                                message._opensAt = "opensAt";
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

                Tertiary.getTypeUrl = function(prefix) {
                    if (prefix === $undefined)
                        prefix = "type.googleapis.com";
                    return prefix + "/wildapp.primary.v1.Tertiary";
                };

                return Tertiary;
            })();

            v1.Status = (function() {
                var valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "STATUS_UNSPECIFIED"] = 0;
                values[valuesById[1] = "STATUS_DRAFT"] = 1;
                values[valuesById[2] = "STATUS_ACTIVE"] = 2;
                values[valuesById[3] = "STATUS_ARCHIVED"] = 3;
                return values;
            })();

            v1.Region = (function() {
                var valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "REGION_UNSPECIFIED"] = 0;
                values[valuesById[1] = "REGION_NORTH"] = 1;
                values[valuesById[2] = "REGION_EAST"] = 2;
                values[valuesById[3] = "REGION_SOUTH"] = 3;
                values[valuesById[4] = "REGION_WEST"] = 4;
                return values;
            })();

            return v1;
        })();

        return primary;
    })();

    return wildapp;
})();

module.exports = $root;
