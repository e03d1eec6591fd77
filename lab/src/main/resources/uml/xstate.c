/*
 * Lets user-mode Linux 6.1 run on processors with AMX. It saves and restores the first 2696 bytes of a process's extended
 * registers, which once was all there are; the host's kernel takes them whole or not at all (xstateregs_set in
 * arch/x86/kernel/fpu/regset.c: EFAULT). So what is missing at the end is taken from the process itself. AMX's own
 * registers are never used in a guest: a program has to ask for them first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

typedef long (*ptrace_call)(int request, ...);

static char whole[64 * 1024] __attribute__((aligned(64))); /* a guest has one processor, so one caller */

long ptrace(enum __ptrace_request request, ...) {
    static ptrace_call next;
    va_list rest;
    va_start(rest, request);
    long pid = va_arg(rest, long);
    void *address = va_arg(rest, void *);
    void *data = va_arg(rest, void *);
    va_end(rest);
    if (next == NULL) {
        next = (ptrace_call)dlsym(RTLD_NEXT, "ptrace");
    }
    if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) {
        struct iovec *given = data;
        struct iovec all = {whole, sizeof whole};
        if (next(PTRACE_GETREGSET, pid, address, &all) == 0 && given->iov_len < all.iov_len) {
            memcpy(whole, given->iov_base, given->iov_len);
            return next(request, pid, address, &all);
        }
    }
    return next(request, pid, address, data);
}
