package dev.swivel.core.model;

import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A list of what has an address and a few properties, as bytes in one array: there are tens of
/// thousands of endpoints, and as objects they take ten times the room. An element is made when it
/// is asked for. Cannot be changed.
final class PackedList<E> extends AbstractList<E> implements RandomAccess {
    /// What the bytes stand for. Two forms that are equal read the same bytes alike.
    interface Form<E> {
        IpAddress address(E element);

        /// Bytes of the properties.
        int width();

        E read(IpAddress address, ByteBuffer properties);
    }

    private final Form<E> form;
    private final IpFamily family;
    private final byte[] rows;

    private PackedList(List<E> elements, Form<E> form, BiConsumer<E, ByteBuffer> properties) {
        this.form = form;
        this.family = form.address(elements.getFirst()).family();
        this.rows = new byte[elements.size() * width()];
        ByteBuffer into = ByteBuffer.wrap(rows);
        for (E element : elements) {
            IpAddress address = form.address(element);
            if (address.family() != family) {
                throw new IllegalArgumentException("addresses of both families: " + elements);
            }
            address.write(into);
            properties.accept(element, into);
        }
    }

    /// @param properties writes those of an element
    /// @throws IllegalArgumentException if the addresses are of both families
    static <E> List<E> of(List<E> elements, Form<E> form, BiConsumer<E, ByteBuffer> properties) {
        return elements.isEmpty() ? List.of() : new PackedList<>(elements, form, properties);
    }

    private int width() {
        return family.bits() / Byte.SIZE + form.width();
    }

    @Override
    public E get(int index) {
        Objects.checkIndex(index, size());
        ByteBuffer row = ByteBuffer.wrap(rows, index * width(), width());
        return form.read(IpAddress.read(family, row), row);
    }

    @Override
    public int size() {
        return rows.length / width();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other instanceof PackedList<?> packed && readsAlike(packed)) {
            return Arrays.equals(rows, packed.rows);
        }
        return super.equals(other);
    }

    private boolean readsAlike(PackedList<?> other) {
        return family == other.family && form.equals(other.form);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
