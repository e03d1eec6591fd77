package dev.swivel.core.backend;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.ProxyState;

/// A data plane. Found by [java.util.ServiceLoader]; created with no arguments and no effects.
///
/// All methods are called from one thread, the sync thread. A state belongs to one IP family; the
/// backend keeps the families apart. Every method throws [BackendException] when the kernel or a
/// tool refuses: the message is for an operator.
public interface ProxyBackend extends AutoCloseable {
    /// The value of `--proxy-mode` that selects it.
    String name();

    /// Looks only at the configuration: what is wrong there ends the process, while a machine that
    /// lacks something is waited for.
    ///
    /// @throws ConfigException when a value could be used on no machine
    void validate(ProxyConfig config) throws ConfigException;

    /// Looks at the kernel, probes what it can do and claims what is ours. Programs no service.
    /// Called before any other method that programs, and again after it has thrown; then nothing of
    /// the earlier attempt is left.
    void start(BackendContext context) throws BackendException;

    /// Makes the kernel serve `next`. All or nothing per service; when it throws, the next call is
    /// given a full change. What one service makes go wrong before anything is written may be
    /// thrown as [UnservableException]: then that one is left out.
    ///
    /// @param change what differs from the last state of this family for which this method returned
    /// @return with a reason why nothing was done, if this machine lacks what the family needs and
    ///   serves another: then a non-empty answer of [#audit] tells when it is there
    ApplyReport apply(ProxyState next, Change change) throws BackendException;

    /// Compares what the kernel holds with what it should hold. Called about once a second, so it
    /// must cost little while nobody has touched the kernel's tables. A non-empty answer is
    /// followed by a full [#apply].
    ///
    /// @param state the last state of this family for which [#apply] returned
    Drift audit(ProxyState state) throws BackendException;

    /// Another backend has taken over: let go of new connections, then of everything, without
    /// cutting what lives.
    void retire(Retirement how) throws BackendException;

    /// Whether another backend is known to have taken over from this one while it runs. May be
    /// called from any thread.
    default boolean isReplaced() {
        return false;
    }

    /// Removes all that this backend could ever have made on this machine, and nothing else. May be
    /// called without [#start].
    void cleanup() throws BackendException;

    /// kube-proxy has taken the node over again: removes what only this backend makes and what
    /// serves has no use for. Does nothing while this backend serves. May be called without
    /// [#start].
    void tidy() throws BackendException;

    /// What can be told about it without running it.
    Inspection inspection();

    /// Releases sockets and threads. What is programmed stays: traffic goes on without us.
    @Override
    void close();
}
