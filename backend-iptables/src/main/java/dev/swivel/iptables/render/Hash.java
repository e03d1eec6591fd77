package dev.swivel.iptables.render;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash in chain names: the first 16 characters of the Base32 (RFC 4648) of a SHA-256 (spec
/// 4.3). That is exactly the digest's first 10 bytes.
final class Hash {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int LENGTH = 16;

    private Hash() {}

    static String of(String text) {
        byte[] digest = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        StringBuilder name = new StringBuilder(LENGTH);
        int bits = 0;
        int held = 0;
        for (int i = 0; name.length() < LENGTH; i++) {
            held = ((held << 8) | (digest[i] & 0xff)) & 0xfff;
            bits += 8;
            for (; bits >= 5 && name.length() < LENGTH; bits -= 5) {
                name.append(ALPHABET.charAt((held >>> (bits - 5)) & 31));
            }
        }
        return name.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
