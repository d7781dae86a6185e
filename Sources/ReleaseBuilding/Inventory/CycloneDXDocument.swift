import Crypto
import Diagnostics
import ReleaseModel

/// `NAME-VSN.cdx.json`: the bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json, ECMA-424).
///
/// A component is an application, or the runtime system. `hashes` are those of files that can be fetched: of the
/// release's tarball and of Hex packages. The digest of what is in the release is the property `relift:contents`, for
/// there is no one file that it is of.
package struct CycloneDXDocument: Sendable {
    private let inventory: ReleaseInventory
    private let tarball: WrittenArchive?
    private let tool: String
    /// Seconds since 1970; nil leaves it out.
    private let time: Int?

    /// - Parameter tool: the version of relift.
    package init(of inventory: ReleaseInventory, tarball: WrittenArchive?, tool: String, time: Int?) {
        self.inventory = inventory
        self.tarball = tarball
        self.tool = tool
        self.time = time
    }

    /// The file.
    package var bytes: [UInt8] {
        // The serial number follows from all that the document says, so that the same release has the same one.
        let identity = DocumentIdentity(of: self.json(serialNumber: nil).bytes())
        return Array((self.json(serialNumber: "urn:uuid:\(identity)").prettyText + "\n").utf8)
    }

    private func json(serialNumber: String?) -> JSONValue {
        let release = self.inventory
        return .object(
            present: [
                "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
                "bomFormat": "CycloneDX",
                "specVersion": "1.6",
                "serialNumber": serialNumber.map { .string($0) },
                "version": 1,
                "metadata": .object(
                    present: [
                        "timestamp": self.time.map { .string(UTCTime.text($0)) },
                        "tools": [
                            "components": [
                                ["type": "application", "name": "relift", "version": .string(self.tool)]
                            ]
                        ],
                        "component": self.release,
                    ]),
                "components": .array([self.runtime] + release.components.map(self.component)),
                "dependencies": .array(self.dependencies),
            ])
    }

    private var release: JSONValue {
        .object(
            present: [
                "type": "application",
                "bom-ref": .string(self.releaseReference),
                "name": .string(self.inventory.name.text),
                "version": .string(self.inventory.version.text),
                "hashes": self.tarball.map { Self.hashes($0.digest) },
                "purl": .string(
                    PackageURL(release: self.inventory.name.text, version: self.inventory.version.text).description),
            ])
    }

    private var runtime: JSONValue {
        let runtime = self.inventory.runtime
        return [
            "type": "platform",
            "bom-ref": .string(self.runtimeReference),
            "name": "erts",
            "version": .string(runtime.version.text),
            "description": "Erlang runtime system",
            "purl": .string(PackageURL(runtime: runtime.version.text).description),
            "properties": Self.properties(runtime.contents, isIncluded: runtime.contents != nil),
        ]
    }

    private func component(_ component: ReleaseInventory.Component) -> JSONValue {
        var (checksum, references): (String?, [JSONValue]) = (nil, [])
        switch component.source {
        case .hex(let package):
            checksum = package.checksum
            if let tarball = package.tarball {
                references.append(
                    .object(
                        present: [
                            "url": .string(tarball), "type": "distribution",
                            "hashes": package.checksum.map(Self.hashes),
                        ]))
            }
        case .git(let url, let commit): references.append(["url": .string("\(url)#\(commit)"), "type": "vcs"])
        case .otp: references.append(["url": .string(PackageURL.repositoryOfOTP), "type": "vcs"])
        case .project, .folder: break
        }
        return .object(
            present: [
                "type": component.source == .project ? "application" : "library",
                "bom-ref": .string(Self.reference(component)),
                "name": .string(component.name.name),
                "version": .string(component.version.text),
                "description": component.description.isEmpty ? nil : .string(component.description),
                "hashes": checksum.map(Self.hashes),
                "licenses": Self.licences(component.licences),
                "purl": .string(component.url.description),
                "externalReferences": references.isEmpty ? nil : .array(references),
                "properties": Self.properties(component.contents, isIncluded: component.isIncluded),
            ])
    }

    private static func properties(_ contents: ReleaseInventory.Contents?, isIncluded: Bool) -> JSONValue {
        var properties = [("relift:included", isIncluded ? "true" : "false")]
        if let contents { properties.append(("relift:contents", contents.digest.description)) }
        return .array(properties.map { ["name": .string($0.0), "value": .string($0.1)] })
    }

    private static func hashes(_ digest: String) -> JSONValue { [["alg": "SHA-256", "content": .string(digest)]] }

    /// Either one expression, or a list of names and identifiers: the schema allows no mixture.
    private static func licences(_ licences: [Licence]) -> JSONValue? {
        guard !licences.isEmpty else { return nil }
        if licences.contains(where: { $0.expression != nil && !$0.isIdentifier }),
            let expression = SPDXDocument.expression(licences)
        {
            return [["expression": .string(expression)]]
        }
        return .array(
            licences.map { licence in
                guard licence.isIdentifier, let identifier = licence.expression else {
                    return ["license": ["name": .string(licence.name)]]
                }
                return ["license": ["id": .string(identifier)]]
            })
    }

    // MARK: - Dependencies

    private var releaseReference: String { "release:\(self.inventory.name)@\(self.inventory.version)" }

    private var runtimeReference: String { "runtime:erts@\(self.inventory.runtime.version)" }

    private static func reference(_ component: ReleaseInventory.Component) -> String {
        "application:\(component.name)@\(component.version)"
    }

    private var dependencies: [JSONValue] {
        let references = Dictionary(
            self.inventory.components.map { ($0.name, Self.reference($0)) }, uniquingKeysWith: { first, _ in first })
        func dependency(_ reference: String, _ needed: [String]) -> JSONValue {
            ["ref": .string(reference), "dependsOn": .array(needed.map { .string($0) })]
        }
        return [
            dependency(
                self.releaseReference, self.inventory.goals.compactMap { references[$0] } + [self.runtimeReference])
        ]
            + self.inventory.components.map { component in
                dependency(
                    Self.reference(component),
                    component.dependencies.compactMap { references[$0] }
                        + (component.namesRuntime ? [self.runtimeReference] : []))
            } + [dependency(self.runtimeReference, [])]
    }
}

/// The identity of a document that follows from what it says: a UUID of version 8 (RFC 9562, section 5.8).
struct DocumentIdentity: CustomStringConvertible {
    let description: String

    init(of bytes: [UInt8]) {
        var digest = Array(SHA256.hash(data: bytes).prefix(16))
        digest[6] = digest[6] & 0x0f | 0x80
        digest[8] = digest[8] & 0x3f | 0x80
        let digits = ContentDigest.hexadecimal(digest)
        var parts: [Substring] = []
        var rest = digits[...]
        for count in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        self.description = parts.joined(separator: "-")
    }
}
