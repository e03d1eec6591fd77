package dev.swivel.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The hex is little-endian, as on every machine this project is built for.
class NetlinkMessageTest {
    private static String hex(NetlinkMessage message) {
        return HexFormat.of().formatHex(message.encode(0x01020304, Netlink.NLM_F_ACK));
    }

    @Test
    void writesHeadersAndEveryKindOfAttribute() {
        NetlinkMessage message =
                new NetlinkMessage("test", 0x1234, Netlink.NLM_F_CREATE)
                        .header(10, 20)
                        .header(0, 0)
                        .headerInt(0x11223344)
                        .u8(1, 0xff)
                        .u16(2, 0x1234)
                        .u16be(3 | Netlink.NLA_F_NET_BYTEORDER, 0x1234)
                        .u32(4, 0x12345678)
                        .u32be(5, 0x12345678)
                        .u64be(6, 0x1122334455667788L)
                        .string(7, "abcd")
                        .bytes(8, new byte[] {1, 2, 3})
                        .nest(
                                9,
                                outer ->
                                        outer.address(1, InetAddress.ofLiteral("10.0.0.1"))
                                                .nest(2, _ -> {}));
        assertThat(hex(message))
                .isEqualTo(
                        String.join(
                                "",
                                "70000000" + "3412" + "0504" + "04030201" + "00000000",
                                "0a140000" + "44332211",
                                "05000100" + "ff000000",
                                "06000200" + "34120000",
                                "06000340" + "12340000",
                                "08000400" + "78563412",
                                "08000500" + "12345678",
                                "0c000600" + "1122334455667788",
                                "09000700" + "6162636400000000",
                                "07000800" + "01020300",
                                "10000980" + "08000100" + "0a000001" + "04000280"));
        assertThat(message.length()).isEqualTo(0x70);
    }

    @Test
    void readsBackWhatItWrote() {
        NetlinkMessage message = new NetlinkMessage("test", 1, 0).header(2, 0, 0, 0);
        message.u8(1, 200).u16(2, 60000).u16be(3, 60000).u32(4, -1).u32be(5, 70000);
        message.u64be(6, -2).string(7, "").bytes(200, new byte[5]);
        message.nest(8, n -> n.nest(1, e -> e.u8(1, 1)).nest(1, e -> e.u8(1, 2)));
        message.address(9, InetAddress.ofLiteral("fd00::1")).u8(1, 201);
        ByteBuffer bytes = ByteBuffer.wrap(message.encode(1, 0)).order(ByteOrder.nativeOrder());
        Attributes read = Attributes.of(bytes.position(20));
        assertThat(read.u8(1)).as("the last of its type").isEqualTo(201);
        assertThat(read.u16(2)).isEqualTo(60000);
        assertThat(read.u16be(3)).isEqualTo(60000);
        assertThat(read.u32(4)).isEqualTo(-1);
        assertThat(read.u32be(5)).isEqualTo(70000);
        assertThat(read.u64be(6)).isEqualTo(-2);
        assertThat(read.string(7)).isEmpty();
        assertThat(read.each(8)).extracting(e -> e.u8(1)).containsExactly(1, 2);
        assertThat(read.address(9)).isEqualTo(InetAddress.ofLiteral("fd00::1"));
        assertThat(read.bytes(200)).hasSize(5);
        assertThat(read.has(10)).isFalse();
        assertThat(read.each(10)).isEmpty();
    }

    @Test
    void saysWhatIsMissingOrBroken() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex("0500010001000000"));
        Attributes read = Attributes.of(bytes.order(ByteOrder.nativeOrder()));
        assertThatThrownBy(() -> read.u8(2)).hasMessage("attribute 2 is missing");
        assertThatThrownBy(() -> read.u32(1)).hasMessage("attribute 1: 1 bytes (expected 4)");
        assertThatThrownBy(() -> read.address(1)).hasMessage("attribute 1: an address of 1 bytes");
        ByteBuffer broken = ByteBuffer.wrap(HexFormat.of().parseHex("0900010001000000"));
        assertThatThrownBy(() -> Attributes.of(broken))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("an attribute of 9 bytes at 0 of 8");
    }

    @Test
    void namesTheAttributeAtAByte() {
        NetlinkMessage message =
                new NetlinkMessage("test", 1, 0)
                        .header(0, 0, 0, 0)
                        .u8(1, 1)
                        .nest(7, n -> n.u16(3, 1).nest(4, m -> m.u32(5, 1)))
                        .u32(9, 1);
        assertThat(message.attributeAt(8)).as("in the header").isEmpty();
        assertThat(message.attributeAt(20)).isEqualTo("1");
        assertThat(message.attributeAt(24)).isEqualTo("1");
        assertThat(message.attributeAt(28)).isEqualTo("7");
        assertThat(message.attributeAt(32)).isEqualTo("7.3");
        assertThat(message.attributeAt(40)).isEqualTo("7.4");
        assertThat(message.attributeAt(44)).isEqualTo("7.4.5");
        assertThat(message.attributeAt(52)).isEqualTo("9");
        assertThat(message.attributeAt(60)).as("behind the end").isEmpty();
        assertThat(new NetlinkMessage("test", 1, 0).attributeAt(4)).isEmpty();
    }

    @Test
    void refusesAttributesThatNoLengthFieldHolds() {
        NetlinkMessage message = new NetlinkMessage("test", 1, 0);
        assertThatThrownBy(() -> message.bytes(1, new byte[65532]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new NetlinkMessage("test", 1, 0)
                                .nest(
                                        1,
                                        n ->
                                                n.bytes(1, new byte[40_000])
                                                        .bytes(2, new byte[40_000])))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
