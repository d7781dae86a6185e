import ErlangTerms

extension SymbolicExecution {
    /// What one instruction does to a path. The numbers are those of `beam_opcodes`, which are never used again.
    mutating func step(
        _ instruction: CodeInstruction, at position: Int, _ path: inout Path, _ frame: inout Frame
    ) -> Next {
        switch instruction.opcode {
        case 2, 3, 72, 73, 74, 107, 108, 161, 180: return .end  // exceptions, and the end of the code
        case 4: return self.call(instruction, at: position, isLast: false, &path, &frame)
        case 5, 6: return self.call(instruction, at: position, isLast: true, &path, &frame)
        case 7: return self.remoteCall(instruction, isLast: false, &path, &frame)
        case 8, 78: return self.remoteCall(instruction, isLast: true, &path, &frame)
        case 75, 112, 178: return self.goOn(self.fresh(instruction, .fun, &path), false, &path, &frame)
        case 113: return self.goOn(self.fresh(instruction, .fun, &path), true, &path, &frame)
        case 20: return self.goOn(path.x[1], false, &path, &frame)
        case 19: return self.goOn(path.x[0], true, &path, &frame)
        case 12...15, 18: path.y.forgetAll()
        case 16, 21, 22, 68, 105, 150, 151, 153, 183, 184: break
        case 136: path.y.drop(instruction.integer(0) ?? 0)
        case 23:
            frame.fork(instruction.label(0), path)
            self.set(instruction[1], self.fresh(instruction, .message, &path), &path)
        case 24, 25, 61: return instruction.label(0).map { .jump($0) } ?? .end
        case 26: frame.fork(instruction.label(0), path)
        case 62, 104:
            // Where the exception is handled. What the body does to registers beforehand is of no use there.
            var handler = path
            handler.x.forgetAll()
            frame.fork(instruction.label(1), handler)
        case 63, 106, 160: path.x.forgetAll()
        case 39...60, 77, 114, 115, 129, 156...159:
            return self.branch(instruction, &path, &frame)
        case 64...67, 69, 70, 162...164, 169, 181: self.moveData(instruction, at: position, &path, frame)
        case 71: break  // read with `put_tuple`
        case 9...11, 124, 125, 152, 185: self.builtIn(instruction, &path, &frame)
        case 154, 155: self.putMap(instruction, &path, &frame)
        case 103, 133: path.x[0] = .unknown
        case 171: self.set(instruction[1], .unknown, &path)
        case 177:
            frame.fork(instruction.label(0), path)
            self.set(instruction[4], .unknown, &path)
        default:
            // It may fail, and it may write to any register that it names.
            for operand in instruction.operands {
                if case .label(let label) = operand { frame.fork(label, path) }
            }
            self.forget(instruction.operands, &path)
        }
        return .next
    }

    private func forget(_ operands: [CodeInstruction.Operand], _ path: inout Path) {
        for operand in operands {
            if case .list(let inner) = operand { self.forget(inner, &path) }
            self.set(operand, .unknown, &path)
        }
    }

    /// A value of which nothing is known yet.
    private func fresh(
        _ instruction: CodeInstruction, _ origin: SymbolicValue.Origin, _ path: inout Path
    ) -> SymbolicValue {
        let value = SymbolicValue.opaque(site: instruction.offset, origin)
        path.facts.forget(root: value)
        return value
    }

    // MARK: - Data

    private func moveData(_ instruction: CodeInstruction, at position: Int, _ path: inout Path, _ frame: Frame) {
        switch instruction.opcode {
        case 64: self.set(instruction[1], self.value(instruction[0], path), &path)
        case 169:
            let (left, right) = (self.value(instruction[0], path), self.value(instruction[1], path))
            self.set(instruction[0], right, &path)
            self.set(instruction[1], left, &path)
        case 65:
            self.set(instruction[1], .unknown, &path)
            self.set(instruction[2], .unknown, &path)
        case 66:
            let element = path.facts.element(self.value(instruction[0], path), instruction.integer(1) ?? -1)
            self.set(instruction[2], element, &path)
        case 67:
            let tuple = path.facts.elements(self.value(instruction[1], path))
            let changed = tuple.map {
                BuiltIns.replacing($0, (instruction.integer(2) ?? -2) &+ 1, self.value(instruction[0], path))
            }
            self.set(instruction[1], changed ?? .unknown, &path)
        case 69: self.set(instruction[2], .list, &path)
        case 70:
            // Files from before OTP 22: the elements follow one by one.
            let count = instruction.integer(0) ?? 0
            let rest = frame.code.instructions.dropFirst(position + 1).prefix(max(0, count))
            let elements = rest.prefix { $0.opcode == 71 }.map { self.value($0[0], path) }
            self.set(instruction[1], elements.count == count ? .tuple(elements) : .unknown, &path)
        case 162, 163: self.set(instruction[1], .unknown, &path)
        case 164:
            self.set(instruction[0], .tuple(instruction.list(1).map { self.value($0, path) }), &path)
        case 181:
            var elements = path.facts.elements(self.value(instruction[2], path))
            if elements == nil, let size = instruction.integer(1), (1...255).contains(size) {
                elements = Array(repeating: .unknown, count: size)
            }
            let updates = instruction.list(4)
            for index in stride(from: 0, to: updates.count - 1, by: 2) {
                guard case .integer(let number) = updates[index], let known = elements, number >= 1,
                    number <= known.count
                else { continue }
                elements?[number - 1] = self.value(updates[index + 1], path)
            }
            self.set(instruction[3], elements.map { .tuple($0) } ?? .unknown, &path)
        default: self.forget(instruction.operands, &path)
        }
    }

    private func putMap(_ instruction: CodeInstruction, _ path: inout Path, _ frame: inout Frame) {
        frame.fork(instruction.label(0), path)
        let pairs = instruction.list(4)
        let keys = stride(from: 0, to: pairs.count, by: 2).map { self.value(pairs[$0], path) }
        let source = self.value(instruction[1], path)
        self.set(instruction[2], BuiltIns.map(source, adding: keys, path.facts), &path)
    }

    private func builtIn(_ instruction: CodeInstruction, _ path: inout Path, _ frame: inout Frame) {
        let operand = Opcode.importOperand(instruction.opcode) ?? 0
        frame.fork(instruction.label(0), path)
        guard let destination = instruction.operands.last else { return }
        guard let number = instruction.integer(operand), self.imports.indices.contains(number) else {
            return self.set(destination, .unknown, &path)
        }
        let arguments = instruction.operands.dropFirst(operand + 1).dropLast().map { self.value($0, path) }
        let result = BuiltIns.result(of: self.imports[number], arguments, path.facts)
        self.set(destination, result ?? .unknown, &path)
    }

    // MARK: - Tests

    private func branch(_ instruction: CodeInstruction, _ path: inout Path, _ frame: inout Frame) -> Next {
        if instruction.opcode == 59 || instruction.opcode == 60 { return self.select(instruction, path, &frame) }
        let value = self.value(instruction[1], path)
        let facts = path.facts
        var ways: SymbolicFacts.Ways
        switch instruction.opcode {
        case 43: ways = facts.test(value, equals: self.value(instruction[2], path))
        case 44:
            let same = facts.test(value, equals: self.value(instruction[2], path))
            ways = (same.fails, same.holds)
        case 45, 46: ways = facts.test(value, is: .number, isWhole: false)
        case 47: ways = facts.test(value, is: .number)
        case 48: ways = facts.test(value, is: .atom)
        case 49...51: ways = facts.test(value, is: .identifier, isWhole: false)
        case 52: ways = facts.test(value, equals: .term(.emptyList))
        case 53: ways = facts.test(value, is: .binary, isWhole: false)
        case 55: ways = facts.test(value, is: .list)
        case 56:
            ways = value == .list ? (facts, nil) : facts.test(value, is: .list, isWhole: false)
            if facts.constant(value) == .emptyList { ways = (nil, facts) }
        case 57: ways = facts.test(value, is: .tuple)
        case 58: ways = facts.test(value, hasArity: instruction.integer(2) ?? -1)
        case 77: ways = facts.test(value, is: .function)
        case 114: ways = facts.test(value, is: .atom, isWhole: false)
        case 115: ways = facts.test(value, is: .function, isWhole: false)
        case 129: ways = facts.test(value, is: .binary)
        case 156: ways = facts.test(value, is: .map)
        case 157, 158: ways = self.fields(instruction, value, &path)
        case 159:
            guard case .atom(let name) = instruction[3], let arity = instruction.integer(2) else {
                ways = (facts, facts)
                break
            }
            ways = facts.test(value, isTagged: SymbolicFact.Tag(name: name, arity: arity))
        default: ways = (facts, facts)
        }
        if let fails = ways.fails {
            var other = path
            other.facts = fails
            frame.fork(instruction.label(0), other)
        }
        guard let holds = ways.holds else { return .end }
        path.facts = holds
        return .next
    }

    /// `has_map_fields`, and `get_map_elements` with the registers it writes to.
    private func fields(
        _ instruction: CodeInstruction, _ value: SymbolicValue, _ path: inout Path
    ) -> SymbolicFacts.Ways {
        let operands = instruction.list(2)
        let step = instruction.opcode == 157 ? 1 : 2
        let keys = stride(from: 0, to: operands.count, by: step).compactMap {
            path.facts.constant(self.value(operands[$0], path))
        }
        let isKnown = keys.count * step == operands.count
        let ways = isKnown ? path.facts.test(value, hasKeys: Set(keys)) : (path.facts, path.facts)
        if step == 2 {
            for index in stride(from: 1, to: operands.count, by: 2) { self.set(operands[index], .unknown, &path) }
        }
        return ways
    }

    /// `select_val` and `select_tuple_arity`.
    private func select(_ instruction: CodeInstruction, _ path: Path, _ frame: inout Frame) -> Next {
        let value = self.value(instruction[0], path)
        let choices = instruction.list(2)
        var rest: SymbolicFacts? = path.facts
        var ways: [(label: Int, facts: SymbolicFacts)] = []
        for index in stride(from: 0, to: choices.count - 1, by: 2) {
            guard let facts = rest, case .label(let label) = choices[index + 1] else { continue }
            let choice: SymbolicFacts.Ways
            if instruction.opcode == 59 {
                choice = facts.test(value, equals: self.value(choices[index], path))
            } else if case .integer(let arity) = choices[index] {
                choice = facts.test(value, hasArity: arity)
            } else {
                choice = (facts, facts)
            }
            if let holds = choice.holds { ways.append((label, holds)) }
            rest = choice.fails
        }
        if let rest, let label = instruction.label(1) { ways.append((label, rest)) }
        for way in ways.reversed() {
            var next = path
            next.facts = way.facts
            frame.fork(way.label, next)
        }
        return .end
    }
}
