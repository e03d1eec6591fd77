package dev.swivel.iptables.trace;

/// One way through a chain, and how it ended.
record Way(Verdict verdict, Flight flight) {
    enum Verdict {
        /// Done with this hook; on to the next.
        ACCEPT,
        DROP,
        REJECT,
        /// It came to the end of the chain.
        NONE
    }

    boolean ended() {
        return verdict == Verdict.DROP || verdict == Verdict.REJECT;
    }
}
