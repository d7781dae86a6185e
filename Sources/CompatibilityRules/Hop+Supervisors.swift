import ErlangTerms
package import ReleaseModel

extension Hop.Side {
    /// A supervisor of an application that the release starts.
    package struct Supervisor: Sendable {
        package let module: ModuleInRelease
        package let children: SupervisorChildren
    }

    /// The applications that the release starts by themselves.
    package var started: [ResolvedApplication] {
        let included = Set(self.release.applications.flatMap(\.includes))
        return self.release.applications.filter { member in
            switch member.type {
            case .permanent, .transient, .temporary: !included.contains(member.name)
            case .load, .none: false
            }
        }
    }

    /// The supervisors of all applications but kernel and stdlib, sorted by module.
    package var supervisors: [Supervisor] {
        self.modules.sorted { $0.key < $1.key }.compactMap { _, module in
            guard ![.kernel, .stdlib].contains(module.application) else { return nil }
            return module.facts.supervisor.map { Supervisor(module: module, children: $0) }
        }
    }
}

extension ChildSpecification {
    /// The child as messages name it.
    var name: String { "child `\(TermPrinter.line(self.id))`" }

    /// The modules that its process runs by its specification; nil where that is not known or asked at run time.
    var moduleNames: [Atom]? {
        guard let elements = self.modules.term?.listElements else { return nil }
        let names = elements.compactMap(\.atomValue)
        return names.count == elements.count ? names : nil
    }
}
