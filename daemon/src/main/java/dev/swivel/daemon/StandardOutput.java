package dev.swivel.daemon;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/// Standard output that remembers whether everything could be written: half of a rule set that
/// looks like the whole one is worse than none.
final class StandardOutput {
    private static final int FAILED = 1;
    private static final String READER_LEFT = "Broken pipe";

    private final Remembering stream = new Remembering(new FileOutputStream(FileDescriptor.out));
    private final PrintWriter writer =
            new PrintWriter(stream, false, Charset.forName(System.getProperty("stdout.encoding")));

    PrintWriter writer() {
        return writer;
    }

    /// @param exitCode of the command
    /// @return the same, or that of a failure. A reader that has seen enough (`| head`) is none
    int settle(int exitCode) {
        writer.flush();
        IOException failure = stream.failure;
        if (failure == null || READER_LEFT.equals(failure.getMessage())) {
            return exitCode;
        }
        System.err.println("swivel: cannot write the output: " + failure.getMessage());
        return FAILED;
    }

    private static final class Remembering extends FilterOutputStream {
        private @Nullable IOException failure;

        private Remembering(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
