import Mustache
import ReleaseModel
import SystemPackage
import Templates

/// `bin/NAME` and `bin/start`, from the templates embedded in the program.
enum StartScripts {
    static func entries(of release: Release) -> [ReleaseTree.Entry] {
        [Templates.releaseScript, Templates.startScript].compactMap { template in
            let values = ["quoted_name": Templates.quotedForShell(release.name.text)]
            guard let text = try? MustacheTemplate(string: template.text).render(values) else { return nil }
            let path = FilePath(template.path ?? "bin/\(release.name.text)")
            return ReleaseTree.Entry(path, .bytes(Array(text.utf8)), isExecutable: template.isExecutable)
        }
    }
}
