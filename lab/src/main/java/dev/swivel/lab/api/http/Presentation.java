package dev.swivel.lab.api.http;

import dev.swivel.lab.api.store.StoredObject;
import dev.swivel.lab.api.verbs.Page;
import java.io.IOException;
import java.io.OutputStream;

/// How objects are written for one request: as they are, or as rows of a table.
interface Presentation {
    String mediaType();

    void object(OutputStream out, StoredObject object) throws IOException;

    void page(OutputStream out, Page page) throws IOException;

    /// What a watch sends of an object; unlike [#object] it may leave out what an earlier event
    /// said.
    void inEvent(OutputStream out, StoredObject object) throws IOException;

    /// What a bookmark holds in place of an object.
    ///
    /// @param initialEventsEnd whether it ends the initial events of a streaming list
    void bookmark(OutputStream out, long revision, boolean initialEventsEnd) throws IOException;
}
