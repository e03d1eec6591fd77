package dev.swivel.linux.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

/// What a program that ended left behind.
public final class Output {
    private final int exitCode;
    private final byte[] stdout;
    private final String stderr;

    Output(int exitCode, byte[] stdout, String stderr) {
        this.exitCode = exitCode;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    public int exitCode() {
        return exitCode;
    }

    /// Standard output as bytes. The array is the caller's.
    public byte[] bytes() {
        return stdout;
    }

    /// Standard output as UTF-8 text.
    public String text() {
        return new String(stdout, UTF_8);
    }

    /// Standard error, trimmed and cut at the capture limit.
    public String stderr() {
        return stderr;
    }
}
