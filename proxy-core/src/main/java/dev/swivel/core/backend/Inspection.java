package dev.swivel.core.backend;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import java.util.List;
import java.util.Set;

/// What can be told about a backend without running it: the answers behind `swivel render`, `plan`,
/// `check` and `cleanup --dry-run`. Nothing here changes what serves traffic, and none of it needs
/// [ProxyBackend#start].
public interface Inspection {
    /// What the backend would make of a state. Needs no rights and looks at nothing but its
    /// arguments.
    ///
    /// @param context its meters are not used
    Rendering render(BackendContext context, ProxyState state) throws BackendException;

    /// What a full sync of a state would do to this machine's kernel as it is now.
    ///
    /// @return in no order; empty when the kernel holds what it should
    List<Difference> plan(BackendContext context, ProxyState state) throws BackendException;

    /// Whether this machine can run the backend: every need by itself, tried for real where that
    /// harms nobody.
    ///
    /// @param families the IP families that the machine has
    List<Requirement> check(Set<IpFamily> families);

    /// What [ProxyBackend#cleanup] would remove now.
    List<KernelObject> leftovers() throws BackendException;

    /// What [ProxyBackend#tidy] would remove now.
    List<KernelObject> unused() throws BackendException;
}
