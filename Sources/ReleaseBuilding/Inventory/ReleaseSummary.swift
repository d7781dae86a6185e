import Diagnostics
import ReleaseModel

/// `NAME-VSN.json`: what a release is made of, with sizes and digests (`Templates/schemas/release.schema.json`).
package struct ReleaseSummary: Sendable {
    private let inventory: ReleaseInventory
    private let tarball: WrittenArchive?

    /// `tarball` is nil for a release of links, which has none.
    package init(of inventory: ReleaseInventory, tarball: WrittenArchive?) {
        self.inventory = inventory
        self.tarball = tarball
    }

    /// The file.
    package var bytes: [UInt8] { Array((self.json.prettyText + "\n").utf8) }

    private var json: JSONValue {
        .object(
            present: [
                "schemaVersion": 1,
                "name": .string(self.inventory.name.text),
                "version": .string(self.inventory.version.text),
                "tarball": self.tarball.map { tarball in
                    .object([
                        ("file", .string(tarball.name)), ("sha256", .string(tarball.digest)),
                        ("bytes", .integer(tarball.fileBytes)), ("tarBytes", .integer(tarball.tarBytes)),
                        ("members", .integer(tarball.members)),
                    ])
                },
                "erts": .object(
                    [
                        ("version", .string(self.inventory.runtime.version.text)),
                        ("included", .boolean(self.inventory.runtime.contents != nil)),
                    ] + (self.inventory.runtime.contents.map(Self.members) ?? [])),
                "applications": .array(self.inventory.components.map(Self.application)),
                "otherFiles": .object(Self.members(self.inventory.others)),
            ])
    }

    private static func application(_ component: ReleaseInventory.Component) -> JSONValue {
        .object(
            [
                ("name", .string(component.name.name)),
                ("version", .string(component.version.text)),
                ("start", .string(component.start.rawValue)),
                ("included", .boolean(component.isIncluded)),
                ("origin", Self.origin(component.source)),
                ("purl", .string(component.url.description)),
                ("licences", .array(component.licences.map { .string($0.expression ?? $0.name) })),
                ("dependencies", .array(component.dependencies.map { .string($0.name) })),
            ] + Self.members(component.contents))
    }

    private static func members(_ contents: ReleaseInventory.Contents) -> [(key: String, value: JSONValue)] {
        [
            ("digest", .string(contents.digest.description)), ("files", .integer(contents.files)),
            ("bytes", .integer(contents.bytes)),
        ]
    }

    private static func origin(_ source: ComponentSource) -> JSONValue {
        switch source {
        case .hex(let package):
            .object(
                present: [
                    "kind": "hex", "repository": .string(package.repository), "package": .string(package.name),
                    "version": .string(package.version), "sha256": package.checksum.map { .string($0) },
                ])
        case .git(let url, let commit): ["kind": "git", "url": .string(url), "commit": .string(commit)]
        case .otp: ["kind": "otp"]
        case .project: ["kind": "project"]
        case .folder: ["kind": "folder"]
        }
    }
}
