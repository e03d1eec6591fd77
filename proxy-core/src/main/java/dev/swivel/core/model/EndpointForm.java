package dev.swivel.core.model;

import java.nio.ByteBuffer;
import java.util.List;

/// Endpoints in 7 bytes each, or 19 in IPv6.
record EndpointForm() implements PackedList.Form<Endpoint> {
    private static final EndpointForm FORM = new EndpointForm();

    static List<Endpoint> pack(List<Endpoint> endpoints) {
        return endpoints instanceof PackedList<?>
                ? endpoints
                : PackedList.of(endpoints, FORM, EndpointForm::write);
    }

    private static void write(Endpoint endpoint, ByteBuffer into) {
        ByteBuffer _ =
                into.putShort((short) endpoint.port()).put((byte) (endpoint.local() ? 1 : 0));
    }

    @Override
    public IpAddress address(Endpoint endpoint) {
        return endpoint.address();
    }

    @Override
    public int width() {
        return Short.BYTES + Byte.BYTES;
    }

    @Override
    public Endpoint read(IpAddress address, ByteBuffer properties) {
        int port = Short.toUnsignedInt(properties.getShort());
        return new Endpoint(address, port, properties.get() != 0);
    }
}
