package import Diagnostics
package import ReleaseModel

/// Whose a module is, among the applications of one release.
package enum ModuleOwners {
    /// A warning for each module that lies in the folders of two applications. That both list it is refused before, as
    /// systools refuses it; where one of them does not, systools sees nothing.
    ///
    /// - Parameter applications: with the facts of their modules; of those that nobody read, what they list counts.
    package static func findings(_ applications: [Application]) -> [Diagnostic] {
        var owners: [ModuleName: Int] = [:]
        owners.reserveCapacity(applications.reduce(0) { $0 + $1.specification.modules.count })
        var findings: [Diagnostic] = []
        for (number, application) in applications.enumerated() {
            var shared: [(module: ModuleName, owner: Int)] = []
            func add(_ module: ModuleName) {
                guard let other = owners.updateValue(number, forKey: module), other != number else { return }
                shared.append((module, other))
            }
            if application.modules.isEmpty {
                application.specification.modules.forEach(add)
            } else {
                application.modules.keys.forEach(add)
            }
            for (module, owner) in shared.sorted(by: { $0.module < $1.module }) {
                findings.append(self.twice(module, applications[owner], application))
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
