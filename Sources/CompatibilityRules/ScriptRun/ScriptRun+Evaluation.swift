import ErlangTerms
package import ReleaseModel
package import UpgradePlanning

extension ScriptRun {
    /// Evaluates a script.
    package init(_ planned: [PlannedStep], _ mode: UpgradeMode, source: Hop.Side, target: Hop.Side) {
        var evaluation = Evaluation(target: target)
        var steps: [Step] = []
        steps.reserveCapacity(planned.count)
        for (number, step) in planned.enumerated() {
            let instruction = RelupInstruction(step.instruction)
            steps.append(Step(planned: step, instruction: instruction))
            if let known = instruction.instruction { evaluation.perform(known, number, mode) }
        }
        self.init(
            mode: mode, source: source, target: target, steps: steps, exchanges: evaluation.exchanges,
            suspensions: evaluation.suspensions, stops: evaluation.stops, conversions: evaluation.conversions,
            calls: evaluation.calls, objectCode: evaluation.objectCode,
            pointOfNoReturn: evaluation.pointOfNoReturn, restart: evaluation.restart)
    }

    private struct Evaluation {
        let target: Hop.Side
        var exchanges: [Atom: [Exchange]] = [:]
        var suspensions: [Atom: [Span]] = [:]
        var stops: [Atom: [Span]] = [:]
        var conversions: [Conversion] = []
        var calls: [Call] = []
        var objectCode: [ObjectCode] = []
        var pointOfNoReturn: Int?
        var restart: Int?
        /// What lies in memory for each module; a load takes the last that was read.
        private var read: [Atom: [ObjectCode]] = [:]

        init(target: Hop.Side) { self.target = target }

        mutating func perform(_ instruction: LowLevelInstruction, _ step: Int, _ mode: UpgradeMode) {
            switch instruction {
            case .loadObjectCode(let code):
                for module in code.modules {
                    let object = ObjectCode(
                        step: step, application: code.application, version: code.version, module: module)
                    self.objectCode.append(object)
                    self.read[module, default: []].append(object)
                }
            case .pointOfNoReturn: self.pointOfNoReturn = self.pointOfNoReturn ?? step
            case .load(let exchange):
                let result = self.loaded(exchange.module)
                self.exchanges[exchange.module, default: []].append(
                    Exchange(step: step, result: result, purge: exchange.purge))
            case .remove(let exchange):
                self.exchanges[exchange.module, default: []].append(
                    Exchange(step: step, result: .removed, purge: exchange.purge))
            case .suspend(let modules):
                for module in modules { Self.open(module.module, step, module.timeout, in: &self.suspensions) }
            case .resume(let modules): for module in modules { Self.close(module, step, in: &self.suspensions) }
            case .stop(let modules): for module in modules { Self.open(module, step, nil, in: &self.stops) }
            case .start(let modules): for module in modules { Self.close(module, step, in: &self.stops) }
            case .codeChange(let written, let modules):
                self.conversions += modules.map { Conversion(step: step, module: $0.module, mode: written ?? .up) }
            case .apply(let call): self.calls.append(Call(step: step, call: call))
            case .restartNewEmulator, .restartEmulator: self.restart = self.restart ?? step
            case .purge, .synchronizeNodes, .reboot, .restart: break
            }
        }

        private mutating func loaded(_ module: Atom) -> Exchange.Result {
            guard let object = self.read[module]?.popLast() else { return .nothingRead }
            guard let wanted = self.target.modules[module], wanted.application.atom == object.application,
                object.version == .string(wanted.version.text)
            else { return .other(application: object.application, version: object.version) }
            return .target
        }

        private static func open(
            _ module: Atom, _ step: Int, _ timeout: SuspendTimeout?, in spans: inout [Atom: [Span]]
        ) {
            spans[module, default: []].append(Span(start: step, end: nil, timeout: timeout))
        }

        private static func close(_ module: Atom, _ step: Int, in spans: inout [Atom: [Span]]) {
            guard let last = spans[module]?.lastIndex(where: { $0.end == nil }) else { return }
            spans[module]?[last].end = step
        }
    }
}
