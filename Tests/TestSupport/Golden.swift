import Glibc
import SystemPackage

/// Whole outputs held against files under `Fixtures/golden`.
package enum Golden {
    /// The text of a golden file, to be compared with `actual`; throws when there is none. With `UPDATE_GOLDEN=1` in the
    /// environment `actual` is written to the file first, for a person to review.
    package static func text(_ name: String, of actual: String) throws -> String {
        let path = Repository.fixtures.appending("golden").appending(name)
        // The text is looked at before anything could change it: tests never set variables of their own process.
        if unsafe getenv("UPDATE_GOLDEN") != nil { try File.write(Array(actual.utf8), to: path) }
        return String(decoding: try File.read(path), as: UTF8.self)
    }
}
