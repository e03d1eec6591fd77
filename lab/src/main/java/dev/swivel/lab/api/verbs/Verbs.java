package dev.swivel.lab.api.verbs;

import dev.swivel.lab.api.kinds.Kinds;
import dev.swivel.lab.api.store.Store;

/// All verbs on one store.
public record Verbs(Reads reads, Writes writes, Patches patches, Deletes deletes) {

    public static Verbs on(Store store) {
        var kinds = new Kinds(store);
        var writes = new Writes(store, kinds);
        return new Verbs(
                new Reads(store), writes, new Patches(store, writes), new Deletes(store, kinds));
    }
}
