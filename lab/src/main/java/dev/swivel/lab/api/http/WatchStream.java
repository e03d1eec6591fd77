package dev.swivel.lab.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.api.fault.Faults;
import dev.swivel.lab.api.store.Change;
import dev.swivel.lab.api.store.History;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.Selection;
import dev.swivel.lab.api.store.StatusException;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.store.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One running watch: from the state or revision it starts at, until its time is up.
final class WatchStream {
    /// What the client asked for.
    ///
    /// @param from the revision to start after; 0 to start with the objects that are there
    /// @param sendInitialEvents whether a bookmark ends the initial objects
    /// @param bookmarks whether to send bookmarks
    /// @param timeout when to end in good order
    record Options(long from, boolean sendInitialEvents, boolean bookmarks, Duration timeout) {}

    /// The last bookmark comes this long before the end, as with the real server.
    private static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

    private static final byte[] END = {'}', '\n'};

    private final Store store;
    private final ResourceType type;
    private final Selection selection;
    private final Presentation presentation;
    private final Faults faults;
    private final ApiRequest request;
    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(2048);

    WatchStream(
            Store store,
            ResourceType type,
            Selection selection,
            Presentation presentation,
            Faults faults,
            ApiRequest request,
            OutputStream out) {
        this.store = store;
        this.type = type;
        this.selection = selection;
        this.presentation = presentation;
        this.faults = faults;
        this.request = request;
        this.out = out;
    }

    /// Streams until the time is up or the history ends.
    ///
    /// @throws IOException if the client is gone, or a fault wants the connection cut
    void run(Options options, Duration bookmarkInterval) throws IOException, InterruptedException {
        try {
            follow(open(options), options, bookmarkInterval);
        } catch (StatusException refusal) {
            writeError(out, refusal);
            out.flush();
        } catch (EndedException _) {
            // in good order, by a fault
        }
    }

    private History.Cursor open(Options options) throws IOException, InterruptedException {
        var history = store.history(type);
        if (options.from() > 0 && !options.sendInitialEvents()) {
            var cursor = history.open(options.from());
            out.flush();
            return cursor;
        }
        var snapshot = store.snapshot(type);
        for (StoredObject object : snapshot.in(selection.namespace()).values()) {
            if (selection.includes(object)) {
                event("ADDED", object);
            }
        }
        if (options.sendInitialEvents()) {
            bookmark(snapshot.revision(), true);
        }
        out.flush();
        return history.open(snapshot.revision());
    }

    private void follow(History.Cursor cursor, Options options, Duration bookmarkInterval)
            throws IOException, InterruptedException {
        long now = System.nanoTime();
        long end = now + options.timeout().toNanos();
        long bookmarkAt = nextBookmark(now, end, bookmarkInterval);
        while (now - end < 0) {
            long until = options.bookmarks() ? Math.min(bookmarkAt - now, end - now) : end - now;
            // Read before the changes: whatever it covers has been sent when the bookmark goes out.
            long revision = store.revision();
            var changes = cursor.next(Duration.ofNanos(Math.max(0, until)));
            if (changes == null) {
                return;
            }
            for (Change change : changes) {
                change(change);
            }
            now = System.nanoTime();
            if (options.bookmarks() && now - bookmarkAt >= 0) {
                if (revision >= options.from()) {
                    bookmark(revision, false);
                }
                bookmarkAt = nextBookmark(now, end, bookmarkInterval);
            }
            out.flush();
        }
    }

    private static long nextBookmark(long now, long end, Duration interval) {
        long last = end - LAST_BOOKMARK.toNanos();
        long next = now + interval.toNanos();
        return now - last < 0 ? Math.min(next, last) : end + interval.toNanos();
    }

    // An object that stops being selected is deleted for this watch, and new when it comes back.
    private void change(Change change) throws IOException, InterruptedException {
        var previous = change.previous();
        boolean was = previous != null && selection.includes(previous);
        boolean is = change.type() != Change.Type.DELETED && selection.includes(change.object());
        if (is) {
            event(was ? "MODIFIED" : "ADDED", change.object());
        } else if (was) {
            event("DELETED", lastSelected(change, previous));
        }
    }

    private static StoredObject lastSelected(Change change, @Nullable StoredObject previous) {
        return change.type() == Change.Type.DELETED || previous == null
                ? change.object()
                : previous.at(change.revision());
    }

    private void event(String eventType, StoredObject object)
            throws IOException, InterruptedException {
        var struck = faults.atEvent(request);
        line.reset();
        presentation.inEvent(line, object);
        if (struck.isPresent()) {
            misbehave(struck.get(), eventType);
        } else {
            sendLine(eventType);
        }
    }

    private void misbehave(Faults.Injection injection, String eventType)
            throws IOException, InterruptedException {
        switch (injection.fault()) {
            case Fault.DropConnection _ -> throw new IOException("dropped by a fault");
            case Fault.Stall _ -> {
                injection.awaitClosed();
                throw new IOException("stalled by a fault");
            }
            case Fault.Delay(var howLong) -> {
                injection.awaitClosed(howLong);
                sendLine(eventType);
            }
            case Fault.Gone _ -> throw Refusals.gone();
            case Fault.TooManyRequests(var after) -> throw Refusals.tooManyRequests(after);
            case Fault.ServerError _ -> throw Refusals.internalError();
            case Fault.Forbidden _ -> throw Refusals.forbidden(request);
            case Fault.TruncatedEvent _ -> {
                var event = line.toByteArray();
                out.write(start(eventType));
                out.write(event, 0, event.length / 2);
                out.flush();
                throw new IOException("truncated by a fault");
            }
            case Fault.MalformedEvent _ -> {
                out.write("{\"type\":\"MODIFIED\",\"object\":{]]\n".getBytes(UTF_8));
                out.flush();
            }
            case Fault.UnknownEventType _ -> sendLine("TRANSMOGRIFIED");
            case Fault.EndWatch _ -> throw new EndedException();
        }
    }

    private void bookmark(long revision, boolean initialEventsEnd) throws IOException {
        line.reset();
        presentation.bookmark(line, revision, initialEventsEnd);
        sendLine("BOOKMARK");
    }

    /// A refusal as an event.
    static void writeError(OutputStream out, StatusException refusal) throws IOException {
        out.write(start("ERROR"));
        out.write(Json.bytes(refusal.status()));
        out.write(END);
    }

    private void sendLine(String eventType) throws IOException {
        out.write(start(eventType));
        line.writeTo(out);
        out.write(END);
    }

    private static byte[] start(String eventType) {
        return "{\"type\":\"%s\",\"object\":".formatted(eventType).getBytes(UTF_8);
    }

    private static final class EndedException extends RuntimeException {
        EndedException() {
            super("ended by a fault", null, false, false);
        }
    }
}
