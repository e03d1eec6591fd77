package dev.swivel.core.model;

/// Which API object something is about, for log lines and Events. The texts come from the API and
/// are not trusted.
///
/// @param kind `Service`, `EndpointSlice` or `Node`
/// @param namespace empty for a cluster-wide object
public record ObjectRef(String kind, String namespace, String name) {
    public ObjectRef {
        namespace = clean(namespace);
        name = clean(name);
    }

    public static ObjectRef service(ServiceName name) {
        return new ObjectRef("Service", name.namespace(), name.name());
    }

    private static String clean(String text) {
        String cut = text.length() > 253 ? text.substring(0, 253) : text;
        return cut.replaceAll("[^\\x21-\\x7e]", "?");
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
    }
}
