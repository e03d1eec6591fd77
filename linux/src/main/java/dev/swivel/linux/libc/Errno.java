package dev.swivel.linux.libc;

import java.util.Map;

/// Names and meanings of error numbers, as in `asm-generic/errno.h` (the numbering of x86-64 and
/// arm64).
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ERANGE = 34;
    public static final int EMSGSIZE = 90;
    public static final int ENOPROTOOPT = 92;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int ETIMEDOUT = 110;
    public static final int EHOSTUNREACH = 113;

    /// Indexed by number, from 1; `-` where Linux has no such number.
    private static final String[] NAMES =
            """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM
            EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE
            EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK
            ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT
            EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT -
            EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT
            ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC
            ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK
            EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT
            EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
            ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN
            ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS
            ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE
            ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE
            ERFKILL EHWPOISON
            """
                    .strip()
                    .split("\\s+");

    private static final Map<String, String> MEANINGS =
            Map.ofEntries(
                    Map.entry("EPERM", "operation not permitted"),
                    Map.entry("ENOENT", "no such file or directory"),
                    Map.entry("ESRCH", "no such process"),
                    Map.entry("EINTR", "interrupted system call"),
                    Map.entry("EIO", "input/output error"),
                    Map.entry("E2BIG", "argument list too long"),
                    Map.entry("EBADF", "bad file descriptor"),
                    Map.entry("EAGAIN", "resource temporarily unavailable"),
                    Map.entry("ENOMEM", "cannot allocate memory"),
                    Map.entry("EACCES", "permission denied"),
                    Map.entry("EFAULT", "bad address"),
                    Map.entry("EBUSY", "device or resource busy"),
                    Map.entry("EEXIST", "file exists"),
                    Map.entry("EXDEV", "invalid cross-device link"),
                    Map.entry("ENODEV", "no such device"),
                    Map.entry("ENOTDIR", "not a directory"),
                    Map.entry("EISDIR", "is a directory"),
                    Map.entry("EINVAL", "invalid argument"),
                    Map.entry("ENFILE", "too many open files in system"),
                    Map.entry("EMFILE", "too many open files"),
                    Map.entry("EFBIG", "file too large"),
                    Map.entry("ENOSPC", "no space left on device"),
                    Map.entry("EROFS", "read-only file system"),
                    Map.entry("EPIPE", "broken pipe"),
                    Map.entry("ERANGE", "numerical result out of range"),
                    Map.entry("ENAMETOOLONG", "file name too long"),
                    Map.entry("ENOSYS", "function not implemented"),
                    Map.entry("ENOTEMPTY", "directory not empty"),
                    Map.entry("ELOOP", "too many levels of symbolic links"),
                    Map.entry("EOVERFLOW", "value too large for defined data type"),
                    Map.entry("EMSGSIZE", "message too long"),
                    Map.entry("ENOPROTOOPT", "protocol not available"),
                    Map.entry("EPROTONOSUPPORT", "protocol not supported"),
                    Map.entry("EOPNOTSUPP", "operation not supported"),
                    Map.entry("EAFNOSUPPORT", "address family not supported by protocol"),
                    Map.entry("EADDRINUSE", "address already in use"),
                    Map.entry("EADDRNOTAVAIL", "cannot assign requested address"),
                    Map.entry("ENETDOWN", "network is down"),
                    Map.entry("ENETUNREACH", "network is unreachable"),
                    Map.entry("ECONNRESET", "connection reset by peer"),
                    Map.entry("ENOBUFS", "no buffer space available"),
                    Map.entry("EISCONN", "transport endpoint is already connected"),
                    Map.entry("ENOTCONN", "transport endpoint is not connected"),
                    Map.entry("ETIMEDOUT", "connection timed out"),
                    Map.entry("ECONNREFUSED", "connection refused"),
                    Map.entry("EHOSTUNREACH", "no route to host"),
                    Map.entry("EALREADY", "operation already in progress"),
                    Map.entry("EINPROGRESS", "operation now in progress"));

    private Errno() {}

    /// The name of an error number, or `errno N` for one that is not known.
    public static String name(int errno) {
        if (errno < 1 || errno > NAMES.length || NAMES[errno - 1].equals("-")) {
            return "errno " + errno;
        }
        return NAMES[errno - 1];
    }

    /// Name and meaning, such as `ENOENT (no such file or directory)`.
    public static String describe(int errno) {
        String name = name(errno);
        String meaning = MEANINGS.get(name);
        return meaning == null ? name : name + " (" + meaning + ")";
    }
}
