import ErlangTerms
package import ReleaseModel
import UpgradePlanning

extension ScriptRun {
    /// Between which steps an application is stopped: from `application:stop` to the next start of it.
    package func stopSpans(of application: ApplicationName) -> [Span] {
        var spans: [Span] = []
        for call in self.calls where call.call.module == "application" {
            guard call.call.arguments.listElements?.first?.atomValue == application.atom else { continue }
            switch call.call.function {
            case "stop": spans.append(Span(start: call.step, end: nil, timeout: nil))
            case "start", "start_boot", "ensure_all_started", "ensure_started":
                if let last = spans.lastIndex(where: { $0.end == nil }) { spans[last].end = call.step }
            default: break
            }
        }
        return spans
    }

    /// Whether the modules of all applications of both releases were read, as far as they list any.
    package var knowsAllModules: Bool {
        [self.source, self.target].allSatisfy { side in
            side.release.applications.allSatisfy { member in
                !member.application.modules.isEmpty
                    || (member.specification.modules.isEmpty && ![.kernel, .stdlib].contains(member.name))
            }
        }
    }
}
