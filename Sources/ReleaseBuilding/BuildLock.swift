import Diagnostics
import ReleaseModel

/// `NAME-VSN.lock.json`: which applications a release was made of, each with the digest of its contents.
///
/// It holds nothing of where they lay, so that the same applications give the same file everywhere.
package struct BuildLock: Sendable {
    let json: JSONValue

    package init(of inventory: ReleaseInventory) {
        let applications = inventory.components.map { component in
            JSONValue.object([
                ("name", .string(component.name.name)),
                ("version", .string(component.version.text)),
                ("digest", .string(component.contents.digest.description)),
                ("files", .integer(component.contents.files)),
            ])
        }
        self.json = .object([
            ("schemaVersion", .integer(1)),
            ("name", .string(inventory.name.text)),
            ("version", .string(inventory.version.text)),
            ("erts", .string(inventory.runtime.version.text)),
            ("applications", .array(applications)),
        ])
    }

    /// The file.
    package var bytes: [UInt8] { Array((self.json.prettyText + "\n").utf8) }
}
