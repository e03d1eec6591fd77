package dev.swivel.linux.iptables;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version of an iptables program, as `iptables --version` tells it: `iptables v1.8.9
/// (nf_tables)`.
public record IptablesVersion(int major, int minor, int patch, Flavour flavour)
        implements Comparable<IptablesVersion> {
    private static final Pattern TEXT =
            Pattern.compile("v(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?(?: \\((\\w+)\\))?");
    private static final Comparator<IptablesVersion> ORDER =
            Comparator.comparingInt(IptablesVersion::major)
                    .thenComparingInt(IptablesVersion::minor)
                    .thenComparingInt(IptablesVersion::patch);

    /// Reads the output of `--version`. Programs that name no flavour are older than the split, so
    /// legacy.
    public static Optional<IptablesVersion> parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.find()) {
            return Optional.empty();
        }
        int patch = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
        Flavour flavour = "nf_tables".equals(m.group(4)) ? Flavour.NFT : Flavour.LEGACY;
        return Optional.of(
                new IptablesVersion(
                        Integer.parseInt(m.group(1)),
                        Integer.parseInt(m.group(2)),
                        patch,
                        flavour));
    }

    /// Whether this version is the given one or newer, whatever the flavours.
    public boolean atLeast(int otherMajor, int otherMinor, int otherPatch) {
        return compareTo(new IptablesVersion(otherMajor, otherMinor, otherPatch, flavour)) >= 0;
    }

    @Override
    public int compareTo(IptablesVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "v" + major + "." + minor + "." + patch + " (" + flavour.label() + ")";
    }
}
