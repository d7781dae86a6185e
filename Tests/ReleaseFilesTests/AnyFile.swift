import Diagnostics
import ReleaseFiles
import ReleaseModel

/// The reader for each kind of file, chosen by its name, for tests over all formats.
enum AnyFile {
    /// Whether the file could be read, and what was found.
    static func read(_ bytes: [UInt8], path: String) -> (isRead: Bool, diagnostics: [Diagnostic]) {
        let source = SourceFile(path: path, bytes: bytes)
        var diagnostics: [Diagnostic] = []
        let isRead = Self.read(source, &diagnostics)
        return (isRead, diagnostics)
    }

    private static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> Bool {
        let name = source.path.split(separator: "/").last.map(String.init) ?? ""
        switch name.split(separator: ".").last.map(String.init) ?? "" {
        case "rel": return ReleaseResourceFile.read(source, &diagnostics) != nil
        case "app": return ApplicationFile.read(source, &diagnostics) != nil
        case "appup": return AppupFile.read(source, &diagnostics) != nil
        case "relup": return RelupFile.read(source, &diagnostics) != nil
        case "script": return BootScriptFile.read(source, &diagnostics) != nil
        case "boot": return BootScriptFile.readBoot(source.bytes, path: source.path, &diagnostics) != nil
        case "RELEASES": return ReleasesFile.read(source, &diagnostics) != nil
        case "data": return StartErlData.read(source, &diagnostics) != nil
        case "config": return SystemConfiguration.read(source, &diagnostics) != nil
        case "args": return VMArguments.read(source, &diagnostics) != nil
        case "src":
            let kind: EnvironmentTemplate.Kind = name == "vm.args.src" ? .arguments : .terms
            let environment = ["LIST": "[1], {other, x}", "LINES": "one\ntwo"]
            return EnvironmentTemplate.render(source, kind, environment: environment, &diagnostics) != nil
        default: return false
        }
    }
}
