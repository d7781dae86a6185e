import Diagnostics
import ReleaseBuilding
import ReleaseModel
import SystemPackage

/// What `relift build --dry-run` shows: the applications and where they are from, the steps of the overlay, the files.
struct BuildListing {
    private let plan: BuildPlan

    init(_ plan: BuildPlan) { self.plan = plan }

    func show(_ console: Console) {
        switch console.format {
        case .text:
            for members in self.plan.applications {
                let application = members.application
                console.result(
                    "application \(application.name) \(application.version) from \(application.directory)\n")
            }
            for step in self.plan.overlaySteps { console.result("overlay \(step)\n") }
            for entry in self.plan.tree.entries { console.result("file \(entry.path)\(Self.target(of: entry))\n") }
        case .json: console.result(self.json.text + "\n")
        }
    }

    /// Where a link leads to.
    private static func target(of entry: ReleaseTree.Entry) -> String {
        switch entry.content {
        case .symbolicLink(let target): " -> \(target)"
        case .folder: "/"
        case .file, .bytes: ""
        }
    }

    private var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)),
            ("name", .string(self.plan.release.name.text)),
            ("version", .string(self.plan.release.version.text)),
            (
                "applications",
                .array(
                    self.plan.applications.map { members in
                        .object([
                            ("name", .string(members.application.name.name)),
                            ("version", .string(members.application.version.text)),
                            ("from", .string(members.application.directory)),
                        ])
                    })
            ),
            ("overlay", .array(self.plan.overlaySteps.map { .string($0) })),
            ("files", .array(self.plan.tree.entries.map { .string($0.path.string) })),
        ])
    }
}
