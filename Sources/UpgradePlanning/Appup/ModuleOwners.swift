package import Diagnostics
package import ReleaseModel

/// Whose a module is, among the applications of one release.
package enum ModuleOwners {
    /// A warning for each module that lies in the folders of two applications. That both list it is refused before, as
    /// systools refuses it; where one of them does not, systools sees nothing.
    ///
    /// - Parameter applications: with the facts of their modules; of those that nobody read, what they list counts.
    package static func findings(_ applications: [Application]) -> [Diagnostic] {
        var owners: [ModuleName: Application] = [:]
        var findings: [Diagnostic] = []
        for application in applications {
            let modules =
                application.modules.keys.isEmpty ? application.specification.modules : Array(application.modules.keys)
            for module in Set(modules).sorted() {
                guard let other = owners.updateValue(application, forKey: module), other.name != application.name else {
                    continue
                }
                findings.append(self.twice(module, other, application))
            }
        }
        return findings
    }

    private static func twice(_ module: ModuleName, _ one: Application, _ other: Application) -> Diagnostic {
        let lists = one.specification.modules.contains(module)
        let (owner, stranger) = lists ? (one, other) : (other, one)
        return Diagnostic(
            .appupModuleInTwoApplications, .warning,
            "`\(module)` lies in `\(stranger.name)` and in `\(owner.name)`", at: .file(stranger.file),
            explanation: """
                A node has one module of a name: which file it is loaded from depends on the code path, and an upgrade of one \
                of the two may put the code of the other in its place.
                """,
            notes: [Diagnostic.Note("`\(owner.name)` \(owner.version) has it, too", at: .file(owner.file))],
            help: ["delete `\(module).beam` in `\(stranger.directory)`", "or rename one of the modules"],
            application: stranger.name.name, module: module.name)
    }
}
