package dev.swivel.lab.api.store;

/// Which objects of a resource a list or watch is about.
///
/// @param namespace empty for all namespaces
public record Selection(String namespace, LabelSelector labels, FieldSelector fields) {

    public boolean includes(StoredObject object) {
        return (namespace.isEmpty() || namespace.equals(object.namespace()))
                && labels.matches(object.labels())
                && fields.matches(object.fields());
    }

    /// Whether a selector narrows it down beyond the namespace.
    public boolean isSelective() {
        return !labels.isEmpty() || !fields.isEmpty();
    }
}
