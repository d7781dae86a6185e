import Diagnostics
import Manifests
import ReleaseModel

/// What `relift build --explain` shows: every setting, its value, and where it comes from.
struct ManifestListing {
    private let manifest: EffectiveManifest

    init(_ manifest: EffectiveManifest) { self.manifest = manifest }

    func show(_ console: Console) {
        switch console.format {
        case .text: console.result(self.text)
        case .json: console.result(self.json.text + "\n")
        }
    }

    private var text: String {
        let rows = self.manifest.rows
        let width = rows.map(\.key.count).max() ?? 0
        let values = min(rows.map(\.value.count).max() ?? 0, 48)
        var text = ""
        for row in rows {
            let key = row.key + String(repeating: " ", count: width - row.key.count)
            let gap = String(repeating: " ", count: max(0, values - row.value.count))
            text += "\(key)  \(row.value)\(gap)  \(self.words(row.origin))\n"
        }
        return text
    }

    private var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)),
            ("manifest", .string(self.manifest.source.path)),
            ("profiles", .array(self.manifest.profiles.map { .string($0) })),
            ("name", .string(self.manifest.name.text)),
            ("version", .string(self.manifest.version.text)),
            (
                "settings",
                .array(
                    self.manifest.rows.map { row in
                        .object(
                            present: [
                                "key": .string(row.key), "value": .string(row.value),
                                "origin": .string(Self.kind(row.origin)),
                                "file": row.origin.range.map { .string($0.file.path) },
                                "line": row.origin.range.map { .integer(Self.line($0)) },
                                "option": Self.option(row.origin).map { .string($0) },
                            ])
                    })
            ),
        ])
    }

    private func words(_ origin: EffectiveManifest.Origin) -> String {
        switch origin {
        case .release(let range), .manifest(let range): Self.place(range)
        case .mode(let range): "\(Self.place(range)), by the mode"
        case .option(let option): option
        case .standard: "default"
        }
    }

    private static func kind(_ origin: EffectiveManifest.Origin) -> String {
        switch origin {
        case .release: "release"
        case .manifest: "manifest"
        case .mode: "mode"
        case .option: "option"
        case .standard: "default"
        }
    }

    private static func option(_ origin: EffectiveManifest.Origin) -> String? {
        if case .option(let option) = origin { option } else { nil }
    }

    private static func place(_ range: SourceRange) -> String { "\(range.file.path):\(Self.line(range))" }

    private static func line(_ range: SourceRange) -> Int {
        range.file.lineNumber(of: Int(range.bytes.lowerBound))
    }
}
