import ErlangTerms

/// What the `child_spec/1` of an Elixir module makes of its argument: `use GenServer` and its like write one.
package struct ChildTemplate: Hashable, Sendable {
    /// For an argument of which nothing is known.
    package var specification: ChildSpecification
    /// Whether the argument is the only one that the child's process starts with.
    package var passesArgument: Bool

    package init(specification: ChildSpecification, passesArgument: Bool) {
        self.specification = specification
        self.passesArgument = passesArgument
    }

    /// The specification that a child with an origin stands for.
    func filled(_ child: ChildSpecification, _ origin: ChildSpecification.Origin) -> ChildSpecification {
        var result = self.specification
        result.isConditional = child.isConditional
        if self.passesArgument {
            result.start.arguments =
                switch origin.argument {
                case .known(let term): .known(.list([term]))
                case .unknown(let reason): .unknown(reason)
                }
        }
        for key in origin.given {
            switch key.name {
            case "id": result.id = child.id
            case "start": result.start = child.start
            case "restart": result.restart = child.restart
            case "shutdown": result.shutdown = child.shutdown
            case "type": result.type = child.type
            case "modules": result.modules = child.modules
            case "significant": result.significant = child.significant
            default: break
            }
        }
        // The standard values of these depend on others.
        if origin.given.contains("type"), !origin.given.contains("shutdown") {
            result.shutdown = .unknown("another type of child")
        }
        if origin.given.contains("start"), !origin.given.contains("modules") {
            result.modules = result.start.module.term.map { .known(.list([$0])) } ?? result.start.module
        }
        return result
    }

    /// What the processes of Elixir itself make of their argument.
    private init?(ofElixir origin: ChildSpecification.Origin) {
        let module = Term.atom(origin.module)
        var (id, isSupervisor, restart) = (module, true, "permanent" as Atom)
        switch origin.module.name {
        case "Elixir.Registry", "Elixir.Task.Supervisor", "Elixir.DynamicSupervisor", "Elixir.PartitionSupervisor":
            guard let options = origin.argument.term?.listElements else { return nil }
            let names = options.compactMap { option in
                option.tupleElements.flatMap { $0.count == 2 && $0[0].isAtom("name") ? $0[1] : nil }
            }
            // Names of other forms are identifiers in other ways.
            if let name = names.first {
                guard case .atom = name else { return nil }
                id = name
            }
        case "Elixir.Agent": isSupervisor = false
        case "Elixir.Task": (isSupervisor, restart) = (false, "temporary")
        default: return nil
        }
        let reason = "the argument of `child_spec/1`"
        self.init(
            specification: ChildSpecification(
                id: id,
                start: ChildSpecification.Start(
                    module: .known(module), function: .known(.atom("start_link")), arguments: .unknown(reason)),
                restart: .known(.atom(restart)),
                shutdown: .known(isSupervisor ? .atom("infinity") : .integer(5000)),
                type: .known(.atom(isSupervisor ? "supervisor" : "worker")), modules: .known(.list([module])),
                significant: .known(.atom("false"))),
            passesArgument: true)
    }

    /// The template of the module that an origin names, if it is one of these or of Elixir.
    fileprivate static func of(
        _ origin: ChildSpecification.Origin, among modules: [ModuleName: ModuleFacts]
    ) -> ChildTemplate? {
        let facts = ModuleName(validating: origin.module).flatMap { modules[$0] }
        return facts == nil ? ChildTemplate(ofElixir: origin) : facts?.childTemplate
    }
}

extension SupervisorChildren {
    /// With the specifications of children that are made by other modules of the application.
    fileprivate func filled(from modules: [ModuleName: ModuleFacts]) -> SupervisorChildren {
        guard self.children.contains(where: { $0.origin != nil }) else { return self }
        var result = self
        result.children = []
        for child in self.children {
            guard let origin = child.origin else {
                result.children.insert(child)
                continue
            }
            if let template = ChildTemplate.of(origin, among: modules) {
                result.children.insert(template.filled(child, origin))
            } else if origin.given.contains("id") {
                // Whatever the module makes, this is its identifier.
                result.children.insert(ChildTemplate.unknown(child, origin))
            } else if let name = ModuleName(validating: origin.module), modules[name] != nil || child.isConditional {
                result.gaps.append("what `\(origin.module):child_spec/1` makes")
            } else {
                result.foreign.append(origin.module)
            }
        }
        return result
    }
}

extension ChildTemplate {
    /// A child of which only what is given is known.
    fileprivate static func unknown(
        _ child: ChildSpecification, _ origin: ChildSpecification.Origin
    ) -> ChildSpecification {
        let other = StaticTerm.unknown("what `\(origin.module):child_spec/1` makes")
        let specification = ChildSpecification(
            id: child.id, start: ChildSpecification.Start(module: other, function: other, arguments: other),
            restart: other, shutdown: other, type: other, modules: other, significant: other)
        return ChildTemplate(specification: specification, passesArgument: false).filled(child, origin)
    }
}

extension Application {
    /// The application, with the children of its supervisors as the `child_spec/1` of its modules make them.
    package var withChildrenFilled: Application {
        var result = self
        for (name, facts) in self.modules where facts.supervisor != nil {
            result.modules[name]?.supervisor = facts.supervisor?.filled(from: self.modules)
        }
        return result
    }
}
