import Diagnostics
import ReleaseModel

/// `NAME-VSN.spdx.json`: the bill of materials in SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3).
///
/// A package is an application, the runtime system, or the release, whose file is the tarball. `checksums` are those of
/// files that can be fetched; the digest of what is in the release stands in `sourceInfo`.
package struct SPDXDocument: Sendable {
    private let inventory: ReleaseInventory
    private let tarball: WrittenArchive?
    private let tool: String
    private let time: Int

    /// - Parameters:
    ///   - tool: the version of relift.
    ///   - time: seconds since 1970; SPDX wants one.
    package init(of inventory: ReleaseInventory, tarball: WrittenArchive?, tool: String, time: Int) {
        self.inventory = inventory
        self.tarball = tarball
        self.tool = tool
        self.time = time
    }

    /// The file.
    package var bytes: [UInt8] {
        // The namespace must be of this document alone; it follows from all that the document says.
        let identity = DocumentIdentity(of: self.json(namespace: "").bytes())
        let name = PackageURL.escaped(self.name)
        let namespace = "https://spdx.org/spdxdocs/\(name)-\(identity)"
        return Array((self.json(namespace: namespace).prettyText + "\n").utf8)
    }

    private var name: String { "\(self.inventory.name)-\(self.inventory.version)" }

    private func json(namespace: String) -> JSONValue {
        let licences = self.otherLicences
        return .object(
            present: [
                "spdxVersion": "SPDX-2.3",
                "dataLicense": "CC0-1.0",
                "SPDXID": "SPDXRef-DOCUMENT",
                "name": .string(self.name),
                "documentNamespace": .string(namespace),
                "creationInfo": [
                    "created": .string(UTCTime.text(self.time)),
                    "creators": [.string("Tool: relift-\(self.tool)")],
                ],
                "documentDescribes": [.string(Self.releaseID)],
                "packages": .array([self.release, self.runtime] + self.inventory.components.map(self.package)),
                "hasExtractedLicensingInfos": licences.isEmpty ? nil : .array(licences),
                "relationships": .array(self.relationships),
            ])
    }

    // MARK: - Packages

    private var release: JSONValue {
        let (name, version) = (self.inventory.name.text, self.inventory.version.text)
        return .object(
            present: [
                "SPDXID": .string(Self.releaseID),
                "name": .string(name),
                "versionInfo": .string(version),
                "packageFileName": self.tarball.map { .string($0.name) },
                "downloadLocation": "NOASSERTION",
                "filesAnalyzed": false,
                "checksums": self.tarball.map { Self.checksums($0.digest) },
                "licenseConcluded": "NOASSERTION",
                "licenseDeclared": "NOASSERTION",
                "copyrightText": "NOASSERTION",
                "primaryPackagePurpose": "APPLICATION",
                "externalRefs": Self.references(PackageURL(release: name, version: version)),
            ])
    }

    private var runtime: JSONValue {
        let runtime = self.inventory.runtime
        return .object(
            present: [
                "SPDXID": .string(Self.runtimeID),
                "name": "erts",
                "versionInfo": .string(runtime.version.text),
                "summary": "Erlang runtime system",
                "downloadLocation": "NOASSERTION",
                "filesAnalyzed": false,
                "sourceInfo": Self.sourceInformation(runtime.contents, isIncluded: runtime.contents != nil),
                "licenseConcluded": "NOASSERTION",
                "licenseDeclared": "NOASSERTION",
                "copyrightText": "NOASSERTION",
                "primaryPackagePurpose": "FRAMEWORK",
                "externalRefs": Self.references(PackageURL(runtime: runtime.version.text)),
            ])
    }

    private func package(_ component: ReleaseInventory.Component) -> JSONValue {
        var (location, checksum): (String, String?) = ("NOASSERTION", nil)
        switch component.source {
        case .hex(let package):
            if let tarball = package.tarball { (location, checksum) = (tarball, package.checksum) }
        case .git(let url, let commit): location = "git+\(url)@\(commit)"
        case .otp, .project, .folder: break
        }
        return .object(
            present: [
                "SPDXID": .string(self.identifiers[component.name.name] ?? "SPDXRef-Application"),
                "name": .string(component.name.name),
                "versionInfo": .string(component.version.text),
                "summary": component.description.isEmpty ? nil : .string(component.description),
                "downloadLocation": .string(location),
                "filesAnalyzed": false,
                "checksums": checksum.map(Self.checksums),
                "sourceInfo": Self.sourceInformation(component.contents, isIncluded: component.isIncluded),
                "licenseConcluded": "NOASSERTION",
                "licenseDeclared": .string(Self.expression(component.licences) ?? "NOASSERTION"),
                "copyrightText": "NOASSERTION",
                "primaryPackagePurpose": component.source == .project ? "APPLICATION" : "LIBRARY",
                "externalRefs": Self.references(component.url),
            ])
    }

    private static func references(_ url: PackageURL) -> JSONValue {
        [
            [
                "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                "referenceLocator": .string(url.description),
            ]
        ]
    }

    private static func checksums(_ digest: String) -> JSONValue {
        [["algorithm": "SHA256", "checksumValue": .string(digest)]]
    }

    private static func sourceInformation(_ contents: ReleaseInventory.Contents?, isIncluded: Bool) -> JSONValue? {
        guard let contents else { return "not in the release: the host has it" }
        return .string(
            (isIncluded ? "" : "not in the release: the host has it; ") + "contents \(contents.digest)")
    }

    // MARK: - Licences

    /// All of them, joined by `AND`: a package that lists several does not say that one is enough. Nil for none.
    static func expression(_ licences: [Licence]) -> String? {
        let parts = licences.map { licence in
            guard let expression = licence.expression else { return Self.reference(licence) }
            return licences.count > 1 && !licence.isIdentifier ? "(\(expression))" : expression
        }
        return parts.isEmpty ? nil : parts.joined(separator: " AND ")
    }

    /// The name that stands for a licence which SPDX does not list.
    private static func reference(_ licence: Licence) -> String { "LicenseRef-\(Self.identifier(licence.name))" }

    private var otherLicences: [JSONValue] {
        var texts: [String: String] = [:]
        for licence in self.inventory.components.flatMap(\.licences) where licence.expression == nil {
            texts[Self.reference(licence)] = texts[Self.reference(licence)] ?? licence.name
        }
        return texts.sorted { $0.key < $1.key }.map { reference, name in
            [
                "licenseId": .string(reference), "name": .string(name),
                "extractedText": .string("The package says: \(name)"),
            ]
        }
    }

    // MARK: - Names inside the document

    private static let releaseID = "SPDXRef-Release"
    private static let runtimeID = "SPDXRef-Runtime"

    /// Letters, digits, dots and hyphens; everything else becomes a hyphen.
    private static func identifier(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == ".")
                    ? Character(scalar) : "-"
            })
    }

    /// By the name of the application; those that would be alike are numbered.
    private var identifiers: [String: String] {
        var identifiers: [String: String] = [:]
        var used: [String: Int] = [:]
        for component in self.inventory.components {
            let plain = "SPDXRef-Application-\(Self.identifier(component.name.name))"
            used[plain, default: 0] += 1
            let count = used[plain, default: 1]
            identifiers[component.name.name] = count == 1 ? plain : "\(plain)..\(count)"
        }
        return identifiers
    }

    private var relationships: [JSONValue] {
        let identifiers = self.identifiers
        func relation(_ from: String, _ kind: String, _ to: String) -> JSONValue {
            [
                "spdxElementId": .string(from), "relationshipType": .string(kind),
                "relatedSpdxElement": .string(to),
            ]
        }
        var relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", Self.releaseID)]
        relations.append(
            relation(
                Self.releaseID, self.inventory.runtime.contents == nil ? "DEPENDS_ON" : "CONTAINS", Self.runtimeID))
        for component in self.inventory.components {
            guard let own = identifiers[component.name.name] else { continue }
            relations.append(relation(Self.releaseID, component.isIncluded ? "CONTAINS" : "DEPENDS_ON", own))
            for needed in component.dependencies {
                if let other = identifiers[needed.name] { relations.append(relation(own, "DEPENDS_ON", other)) }
            }
            if component.namesRuntime { relations.append(relation(own, "DEPENDS_ON", Self.runtimeID)) }
        }
        return relations
    }
}
