package dev.swivel.lab.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.fault.Faults;
import dev.swivel.lab.api.http.ApiHandler;
import dev.swivel.lab.api.http.RequestLog;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.verbs.Verbs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A Kubernetes API for the lab: what Swivel and `kubectl` need of one, in this process, with plain
/// HTTP and no authentication. It behaves like kube-apiserver 1.36 towards its clients, and
/// misbehaves when told to.
public final class EmbeddedApi implements AutoCloseable {
    /// What can be set.
    ///
    /// @param historyCapacity how many changes of each resource watches can look back on; older
    ///   ones get 410
    /// @param bookmarkInterval how often watches get bookmarks
    public record Options(int historyCapacity, Duration bookmarkInterval) {
        public static final Options DEFAULT = new Options(10_000, Duration.ofMinutes(1));
    }

    private static final List<String> NAMESPACES =
            List.of("default", "kube-node-lease", "kube-public", "kube-system");

    private final Store store;
    private final Verbs verbs;
    private final LabAccess access;
    private final Faults faults = new Faults();
    private final RequestLog requests = new RequestLog();
    private final ApiHandler handler;
    private final List<ApiListener> listeners = new CopyOnWriteArrayList<>();

    private EmbeddedApi(Options options) {
        this.store = new Store(options.historyCapacity());
        this.verbs = Verbs.on(store);
        this.access = new LabAccess(store, verbs);
        this.handler = new ApiHandler(store, verbs, faults, requests, options.bookmarkInterval());
        NAMESPACES.forEach(access::createNamespace);
    }

    /// Starts an API on a free port of the loopback address.
    public static EmbeddedApi start() throws IOException {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /// Starts an API that listens in the network namespace of the calling thread.
    public static EmbeddedApi start(InetSocketAddress address) throws IOException {
        return start(address, Options.DEFAULT);
    }

    /// Starts an API that listens in the network namespace of the calling thread.
    ///
    /// @throws IOException if the address cannot be bound
    public static EmbeddedApi start(InetSocketAddress address, Options options) throws IOException {
        var api = new EmbeddedApi(options);
        api.listen(address);
        return api;
    }

    /// Serves the same objects at one more address, in the network namespace of the calling thread.
    ///
    /// @throws IOException if the address cannot be bound
    public ApiListener listen(InetSocketAddress address) throws IOException {
        var listener = new ApiListener(address, handler);
        listeners.add(listener);
        return listener;
    }

    /// The listener that came first.
    public ApiListener listener() {
        return listeners.getFirst();
    }

    /// Where the first listener is reached.
    public String url() {
        return listener().url();
    }

    /// Writes a kubeconfig that leads to the first listener.
    public Path writeKubeconfig(Path file) throws IOException {
        return Kubeconfig.write(file, url());
    }

    /// Objects without HTTP: the same rules as for clients.
    public LabAccess objects() {
        return access;
    }

    public Faults faults() {
        return faults;
    }

    public RequestLog requests() {
        return requests;
    }

    /// The resource version of the latest change of anything.
    public long revision() {
        return store.revision();
    }

    /// Stores an object as it is, with no defaults and no validation. It needs `apiVersion`, `kind`
    /// and a name; without a namespace it goes to `default`.
    public void putRaw(ObjectNode object) {
        var type = LabAccess.typeOf(object);
        var copy = object.deepCopy();
        var metadata = Json.child(copy, "metadata");
        if (type.namespaced() && Json.text(metadata, "namespace").isEmpty()) {
            metadata.put("namespace", "default");
        }
        store.putRaw(type, copy);
    }

    /// Stores all documents of a YAML text as they are. See [#putRaw(ObjectNode)].
    public void putRaw(String yaml) {
        LabAccess.documents(yaml).forEach(this::putRaw);
    }

    /// Forgets what lies before a revision: watches and pages from there get 410.
    public void compactTo(long revision) {
        store.compactTo(revision);
    }

    /// Goes back to an older revision, as a server restored from a backup: objects stay, watches
    /// end.
    public void restartAt(long revision) {
        store.restartAt(revision);
    }

    /// Ends all running watches in good order.
    public void endWatches() {
        for (ResourceType type : ResourceTypes.all()) {
            store.history(type).endCursors();
        }
    }

    @Override
    public void close() {
        faults.clear();
        listeners.forEach(ApiListener::close);
    }
}
