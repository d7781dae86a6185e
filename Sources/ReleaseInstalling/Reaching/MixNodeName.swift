import Diagnostics
import HostFiles
import ReleaseModel
import SystemPackage

/// The name of the node of a release of mix, which has none in `vm.args`: its start script takes `RELEASE_NODE`, which
/// `env.sh` may set, or else the name of the release, with the short name of the host.
///
/// The environment that the node was started with may say otherwise. A guess that is wrong does no harm: what runs from
/// another root is refused.
struct MixNodeName {
    /// With or without `@HOST`; nil when this is no release of mix, or its `env.sh` computes the name.
    let text: String?

    /// - Parameter version: of the release that boots.
    init(in system: TargetSystem, running version: String) {
        let path = system.root.appending("releases").appending(version).appending("env.sh")
        guard let bytes = try? system.files.readFile(path, limit: TargetSystem.fileLimit) else {
            self.text = nil
            return
        }
        var ignored: [Diagnostic] = []
        let name = system.records(&ignored)?.first { $0.version == version }?.name
        if let word = Self.assigned(in: String(decoding: bytes, as: UTF8.self)) {
            self.text = Self.plain(word)
        } else {
            self.text = name
        }
    }

    /// What the last assignment of `RELEASE_NODE` gives it, as written.
    private static func assigned(in script: String) -> Substring? {
        let values = script.split(whereSeparator: \.isNewline).compactMap { line -> Substring? in
            let words = line.split(whereSeparator: \.isWhitespace)
            let word = words.first == "export" ? words.dropFirst().first : words.first
            guard let word, word.hasPrefix("RELEASE_NODE=") else { return nil }
            return word.dropFirst("RELEASE_NODE=".count)
        }
        return values.last
    }

    /// The text of a word of the shell without anything to compute; nil for others.
    private static func plain(_ word: Substring) -> String? {
        var word = word
        for quote in ["\"", "'"] where word.count > 1 && word.hasPrefix(quote) && word.hasSuffix(quote) {
            word = word.dropFirst().dropLast()
        }
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "."),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && !word.isEmpty ? String(word) : nil
    }
}
