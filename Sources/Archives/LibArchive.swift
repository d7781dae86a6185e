import CLibArchive
import Glibc

/// The answers of libarchive's functions; each call site handles all of them.
enum LibArchiveResult {
    case ok
    case endOfArchive
    /// Nothing was done and the same call may be made again: for a reader of tar, a header whose checksum is wrong.
    case retry(String)
    /// Done, but not as it should be.
    case warn(String)
    /// This entry cannot be handled; the archive can.
    case failed(String)
    /// The archive cannot be handled.
    case fatal(String)

    /// The answer of a call on `archive`; the message is copied at once, since the next call overwrites it.
    init(_ code: CInt, _ archive: OpaquePointer) {
        switch code {
        case ARCHIVE_OK: self = .ok
        case ARCHIVE_EOF: self = .endOfArchive
        case ARCHIVE_RETRY: self = unsafe .retry(Self.message(of: archive))
        case ARCHIVE_WARN: self = unsafe .warn(Self.message(of: archive))
        case ARCHIVE_FAILED: self = unsafe .failed(Self.message(of: archive))
        default: self = unsafe .fatal(Self.message(of: archive))
        }
    }

    private static func message(of archive: OpaquePointer) -> String {
        // Null, or a NUL-terminated string that is valid until the next call on the archive.
        guard let text = unsafe archive_error_string(archive) else { return "no reason given" }
        return unsafe String(cString: text)
    }
}

/// Lets libarchive take names for UTF-8 during a call.
///
/// It translates names from and to the character set of the current locale, in order to write and read pax headers. A
/// process like ours has the locale `C`, where any name outside ASCII fails, or even crashes (libarchive issue 2233).
/// The locale is changed for the calling thread and the one call only, never for the process.
@safe struct UnicodeNames: ~Copyable {
    private let locale: locale_t

    /// Nil if the C library has no such locale.
    init?() {
        guard let locale = unsafe newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return nil }
        unsafe self.locale = locale
    }

    deinit {
        // Nobody uses it: each use ends with the call it was made for.
        unsafe freelocale(self.locale)
    }

    func during<Answer>(_ call: () -> Answer) -> Answer {
        // The locale lives as long as this value, and the thread gets its own one back before the call returns.
        let before = unsafe uselocale(self.locale)
        defer { _ = unsafe uselocale(before) }
        return call()
    }
}
