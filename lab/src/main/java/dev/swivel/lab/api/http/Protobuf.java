package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.http.ProtobufSchema.Field;
import dev.swivel.lab.api.http.ProtobufSchema.Message;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.StatusException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads objects in `application/vnd.kubernetes.protobuf`, which Kubernetes' own clients send where
/// they know the type: `kubectl create namespace`, `kubectl create service`, events of a
/// kube-proxy. Answers are always JSON, which those clients accept too.
///
/// The format is the four bytes `k8s\0` and a `runtime.Unknown`: type in field 1, the object in
/// field 2. Fields that [ProtobufSchema] does not name are left out.
final class Protobuf {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private Protobuf() {}

    static boolean isProtobuf(byte[] body) {
        return body.length > MAGIC.length && Arrays.equals(body, 0, 4, MAGIC, 0, 4);
    }

    /// Decodes one object.
    ///
    /// @throws StatusException 415 for a type with no schema here, 400 for bytes that make no sense
    static ObjectNode decode(byte[] body) {
        try {
            var envelope =
                    message(ProtobufSchema.UNKNOWN, ByteBuffer.wrap(body, 4, body.length - 4));
            var version = Json.text(envelope.path("typeMeta"), "apiVersion");
            var kind = Json.text(envelope.path("typeMeta"), "kind");
            var raw = envelope.path("raw").binaryValue();
            var schema =
                    ProtobufSchema.of(version, kind)
                            .orElseThrow(() ->
                                    StatusException.unsupportedMediaType(
                                            "protobuf of " + version + " " + kind));
            var object = Json.object().put("kind", kind).put("apiVersion", version);
            return object.setAll(message(schema, ByteBuffer.wrap(raw)));
        } catch (IOException | BufferUnderflowException e) {
            throw StatusException.badRequest("malformed protobuf: " + e);
        }
    }

    private static ObjectNode message(Message schema, ByteBuffer in) throws IOException {
        var object = Json.object();
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            var field = schema.fields().get(tag >>> 3);
            switch (tag & 7) {
                case 0 -> number(object, field, varint(in));
                case 1 -> in.getLong();
                case 2 -> bytes(object, field, slice(in));
                case 5 -> in.getInt();
                default -> throw new IOException("wire type " + (tag & 7));
            }
        }
        return object;
    }

    private static void number(ObjectNode object, @Nullable Field field, long value) {
        if (field == null) {
            return;
        }
        switch (field) {
            case Field.Bool(var name) -> object.put(name, value != 0);
            case Field.Int(var name) -> {
                // Zero is how absent numbers are written.
                if (value == (int) value && value != 0) {
                    object.put(name, (int) value);
                } else if (value != 0) {
                    object.put(name, value);
                }
            }
            case Field.Text _,
                    Field.Texts _,
                    Field.Bytes _,
                    Field.Map _,
                    Field.One _,
                    Field.Many _,
                    Field.Time _,
                    Field.IntOrString _ -> {} // not a number: skipped
        }
    }

    private static void bytes(ObjectNode object, @Nullable Field field, ByteBuffer in)
            throws IOException {
        if (field == null) {
            return;
        }
        switch (field) {
            case Field.Text(var name) -> {
                var text = text(in);
                if (!text.isEmpty()) {
                    object.put(name, text);
                }
            }
            case Field.Texts(var name) -> object.withArray("/" + name).add(text(in));
            case Field.Bytes(var name) -> {
                var copy = new byte[in.remaining()];
                in.get(copy);
                object.put(name, copy);
            }
            case Field.Map(var name) -> {
                var entry = message(ProtobufSchema.MAP_ENTRY, in);
                Json.child(object, name).put(Json.text(entry, "key"), Json.text(entry, "value"));
            }
            case Field.One(var name, var schema) -> object.set(name, message(schema, in));
            case Field.Many(var name, var schema) ->
                    object.withArray("/" + name).add(message(schema, in));
            case Field.Time(var name) -> time(object, name, message(ProtobufSchema.TIME, in));
            case Field.IntOrString(var name) -> {
                var value = message(ProtobufSchema.INT_OR_STRING, in);
                if (value.path("type").asInt() == 1) {
                    object.put(name, Json.text(value, "text"));
                } else if (value.has("number")) {
                    object.put(name, value.path("number").asInt());
                }
            }
            case Field.Int _, Field.Bool _ -> {} // not bytes: skipped
        }
    }

    private static void time(ObjectNode object, String name, ObjectNode time) {
        if (!time.isEmpty()) {
            object.put(
                    name,
                    Instant.ofEpochSecond(
                                    time.path("seconds").asLong(), time.path("nanos").asLong())
                            .toString());
        }
    }

    private static String text(ByteBuffer in) {
        return StandardCharsets.UTF_8.decode(in).toString();
    }

    private static ByteBuffer slice(ByteBuffer in) throws IOException {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new IOException("length " + length);
        }
        var slice = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + (int) length);
        return slice;
    }

    private static long varint(ByteBuffer in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("varint too long");
    }
}
