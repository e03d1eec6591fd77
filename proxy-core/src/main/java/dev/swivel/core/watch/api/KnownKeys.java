package dev.swivel.core.watch.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The informer's memory, without the objects: key and resource version, about 150 bytes each.
///
/// The informer needs three things of it. The old version at a put, to pass over an object that a
/// relist brings unchanged. A non-null answer to a remove, or it takes the deletion for none. And
/// the values, from which it finds what a relist no longer contains. So all three are answered with
/// a stub made on the spot that has namespace, name and version and nothing else.
final class KnownKeys<T extends HasMetadata> implements ItemStore<T> {
    private final Supplier<T> blank;
    private final Map<String, String> versions;

    /// @param blank makes an empty object of the kind
    KnownKeys(Supplier<T> blank) {
        this(blank, new ConcurrentHashMap<>());
    }

    private KnownKeys(Supplier<T> blank, Map<String, String> versions) {
        this.blank = blank;
        this.versions = versions;
    }

    /// The same keys, with versions that equal none: the next list then passes on every object
    /// again, and what it lacks as deleted.
    KnownKeys<T> withoutVersions() {
        Map<String, String> keys = new ConcurrentHashMap<>();
        versions.keySet().forEach(key -> keys.put(key, ""));
        return new KnownKeys<>(blank, keys);
    }

    @Override
    public String getKey(T object) {
        ObjectMeta metadata = object.getMetadata();
        return metadata == null
                ? ""
                : Cache.namespaceKeyFunc(metadata.getNamespace(), metadata.getName());
    }

    @Override
    public @Nullable T put(String key, T object) {
        String version = object.getMetadata().getResourceVersion();
        String before = versions.put(key, version == null ? "" : version);
        return before == null ? null : stub(key, before);
    }

    @Override
    public @Nullable T remove(String key) {
        String before = versions.remove(key);
        return before == null ? null : stub(key, before);
    }

    @Override
    public Stream<String> keySet() {
        return versions.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return versions.entrySet().stream().map(e -> stub(e.getKey(), e.getValue()));
    }

    @Override
    public int size() {
        return versions.size();
    }

    @Override
    public @Nullable T get(String key) {
        String version = versions.get(key);
        return version == null ? null : stub(key, version);
    }

    /// Not full: the informer must pass on the objects of a list as they come, as it could not get
    /// them back from here afterwards.
    @Override
    public boolean isFullState() {
        return false;
    }

    private T stub(String key, String version) {
        int slash = key.indexOf('/');
        ObjectMeta metadata = new ObjectMeta();
        metadata.setNamespace(slash < 0 ? null : key.substring(0, slash));
        metadata.setName(key.substring(slash + 1));
        metadata.setResourceVersion(version);
        T stub = blank.get();
        stub.setMetadata(metadata);
        return stub;
    }
}
