package dev.swivel.linux.libc;

import java.io.IOException;

/// A system call failed. The message says what was tried and the error's name and meaning.
public class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public ErrnoException(String what, int errno) {
        super(what + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /// For errors whose meaning depends on who reports them.
    protected ErrnoException(String what, int errno, String meaning) {
        super(what + ": " + meaning);
        this.errno = errno;
    }

    /// The error number, positive, as in `errno.h`.
    public int errno() {
        return errno;
    }

    /// The error's name in `errno.h`, such as `ENOENT`.
    public String errnoName() {
        return Errno.name(errno);
    }
}
