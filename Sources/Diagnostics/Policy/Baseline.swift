/// Findings that a project has accepted, as a file in its repository: a finding is known again by what it is about and
/// says, not by where it stands, so that moved lines and other folders change nothing.
///
/// The file is JSON for people to review, an entry a kind, subject and text, sorted:
///
///     {"schemaVersion": 1, "findings": [
///       {"id": "appup/state-shape-changed", "application": "shop", "module": "cart", "direction": "up",
///        "summary": "the state of `cart` changed", "count": 1}]}
package struct Baseline: Hashable, Sendable {
    /// Findings that are alike, and how many of them are accepted.
    package struct Entry: Hashable, Sendable {
        package let fingerprint: Fingerprint
        package let count: Int

        /// The entry in one line for people.
        var line: String {
            let print = self.fingerprint
            let subject = [print.application, print.module].compactMap { $0 }.joined(separator: ", ")
            let ending = subject.isEmpty ? "" : " (\(subject))"
            return "\(print.id): \(print.summary)\(ending)"
        }
    }

    /// The file it was read from, for messages; empty for none.
    package let path: String
    /// Sorted, no fingerprint twice.
    package let entries: [Entry]

    /// The findings given, accepted.
    package init(of findings: [Diagnostic], path: String = "") {
        var counts: [Fingerprint: Int] = [:]
        for finding in findings { counts[finding.fingerprint, default: 0] += 1 }
        self.init(counts, path: path)
    }

    private init(_ counts: [Fingerprint: Int], path: String) {
        self.path = path
        self.entries = counts.map { Entry(fingerprint: $0.key, count: $0.value) }
            .sorted { $0.fingerprint < $1.fingerprint }
    }

    var counts: [Fingerprint: Int] {
        Dictionary(self.entries.map { ($0.fingerprint, $0.count) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - The file

    /// The contents of a baseline file, with a line break at the end; the same findings are the same bytes.
    package var bytes: [UInt8] {
        let entries = self.entries.map { entry in
            JSONValue.object(present: [
                "id": .string(entry.fingerprint.id.rawValue),
                "application": entry.fingerprint.application.map { .string($0) },
                "module": entry.fingerprint.module.map { .string($0) },
                "direction": entry.fingerprint.direction.map { .string($0.rawValue) },
                "summary": .string(entry.fingerprint.summary),
                "count": .integer(entry.count),
            ])
        }
        return JSONValue.object([("schemaVersion", .integer(1)), ("findings", .array(entries))]).bytes(isPretty: true)
            + [UInt8(ascii: "\n")]
    }

    /// Reads a baseline file; nil when a finding of error severity was appended. Keys that it does not know are passed
    /// over, an entry given twice adds up.
    package static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> Baseline? {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: source.bytes)
        } catch {
            let place = Diagnostic.Place.source(SourceRange(source, ByteRange(error.offset, error.offset)))
            diagnostics.append(.notABaseline("\(error.problem)", at: place))
            return nil
        }
        let place = Diagnostic.Place.file(source.path)
        guard json["schemaVersion"]?.integerValue == 1 else {
            diagnostics.append(.notABaseline("its `schemaVersion` is not 1", at: place))
            return nil
        }
        guard let findings = json["findings"]?.elements else {
            diagnostics.append(.notABaseline("it has no list `findings`", at: place))
            return nil
        }
        var counts: [Fingerprint: Int] = [:]
        for (index, finding) in findings.enumerated() {
            guard let entry = Entry(finding) else {
                diagnostics.append(
                    .notABaseline(
                        "finding \(index + 1) needs an `id`, a `summary` and a positive `count`", at: place))
                return nil
            }
            let (sum, overflows) = counts[entry.fingerprint, default: 0].addingReportingOverflow(entry.count)
            counts[entry.fingerprint] = overflows ? .max : sum
        }
        return Baseline(counts, path: source.path)
    }
}

extension Baseline.Entry {
    fileprivate init?(_ json: JSONValue) {
        guard let id = json["id"]?.stringValue, !id.isEmpty, let summary = json["summary"]?.stringValue else {
            return nil
        }
        let count = json["count"].map { $0.integerValue ?? 0 } ?? 1
        let direction = json["direction"].map { $0.stringValue.flatMap(Diagnostic.Direction.init(rawValue:)) }
        if case .some(.none) = direction { return nil }
        guard count > 0 else { return nil }
        self.init(
            fingerprint: Fingerprint(
                id: Diagnostic.ID(id), application: json["application"]?.stringValue,
                module: json["module"]?.stringValue, direction: direction ?? nil, summary: summary),
            count: count)
    }
}
