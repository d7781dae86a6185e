extension CheckReport {
    /// The findings in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS).
    ///
    /// Rules are the kinds of findings that occur, with their explanations. What is suppressed is there with its reason,
    /// and so is what a baseline accepts; with a baseline, `baselineState` tells new from known.
    package var sarif: JSONValue {
        let suppressed = self.judged.suppressed.map { ($0.finding, [SARIF.suppression($0.reason)]) }
        let accepted = self.judged.accepted.map { ($0, [SARIF.suppression("accepted by the baseline")]) }
        let ids = Set((self.findings + suppressed.map(\.0) + accepted.map(\.0)).map(\.id)).sorted()
        let indices = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func result(_ finding: Diagnostic, _ suppressions: [JSONValue], _ state: String?) -> JSONValue {
            SARIF.result(
                finding, rule: indices[finding.id] ?? -1, suppressions: suppressions,
                baselineState: self.judged.hasBaseline ? state : nil)
        }
        let results =
            self.judged.shown.map { result($0, [], "new") } + self.judged.remarks.map { result($0, [], nil) }
            + suppressed.map { result($0.0, $0.1, nil) } + accepted.map { result($0.0, $0.1, "unchanged") }
        let properties = JSONValue.object(present: [
            "verdict": self.verdict.map { .string($0) }, "from": self.from.map { .string($0) },
            "to": self.to.map { .string($0) },
        ])
        return [
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": [
                        "driver": [
                            "name": "relift", "version": .string(self.version),
                            "rules": .array(ids.map { SARIF.rule($0, self.catalogue[$0]) }),
                        ]
                    ],
                    // Columns count Unicode scalars.
                    "columnKind": "unicodeCodePoints",
                    "results": .array(results),
                    "properties": properties,
                ]
            ],
        ]
    }
}

/// The parts of a SARIF log; the names are those of the standard.
private enum SARIF {
    static func text(_ text: String) -> JSONValue { ["text": .string(text)] }

    // MARK: - Rules

    static func rule(_ id: Diagnostic.ID, _ explanation: Explanation?) -> JSONValue {
        guard let explanation else { return ["id": .string(id.rawValue)] }
        let help = explanation.wayOut.map { "- \($0)" }.joined(separator: "\n")
        return [
            "id": .string(id.rawValue),
            "shortDescription": self.text(explanation.title),
            "fullDescription": self.text(explanation.meaning),
            // Explanations are written in Markdown that reads well as it is.
            "help": ["text": .string(help), "markdown": .string("\(explanation.meaning)\n\n\(help)")],
        ]
    }

    static func suppression(_ reason: String) -> JSONValue {
        ["kind": "external", "status": "accepted", "justification": .string(reason)]
    }

    // MARK: - Results

    static func result(
        _ finding: Diagnostic, rule: Int, suppressions: [JSONValue], baselineState: String?
    ) -> JSONValue {
        let places = finding.notes.filter { $0.place != .none }
        return .object(present: [
            "ruleId": .string(finding.id.rawValue),
            "ruleIndex": .integer(rule),
            "level": .string(finding.severity.rawValue),
            "message": self.text(finding.prose(withSummary: true)),
            "locations": .array(self.location(of: finding).map { [$0] } ?? []),
            "relatedLocations": places.isEmpty
                ? nil : .array(places.enumerated().compactMap { self.location($1, id: $0) }),
            "partialFingerprints": ["reliftFinding/v1": .string(finding.fingerprint.digits)],
            "suppressions": suppressions.isEmpty ? nil : .array(suppressions),
            "baselineState": baselineState.map { .string($0) },
            "properties": self.properties(finding),
        ])
    }

    private static func properties(_ finding: Diagnostic) -> JSONValue? {
        guard finding.application != nil || finding.direction != nil else { return nil }
        return .object(present: [
            "application": finding.application.map { .string($0) },
            "direction": finding.direction.map { .string($0.rawValue) },
        ])
    }

    // MARK: - Places

    private static func location(of finding: Diagnostic) -> JSONValue? {
        var logical: [JSONValue] = []
        if case .binary(let place) = finding.place, let function = place.function {
            let name = [finding.subjectModule, function].compactMap { $0 }.joined(separator: ":")
            logical = [["name": .string(function), "fullyQualifiedName": .string(name), "kind": "function"]]
        } else if let module = finding.subjectModule {
            logical = [["name": .string(module), "fullyQualifiedName": .string(module), "kind": "module"]]
        } else if let application = finding.application {
            logical = [["name": .string(application), "fullyQualifiedName": .string(application), "kind": "package"]]
        }
        let physical = self.physicalLocation(finding.place)
        guard physical != nil || !logical.isEmpty else { return nil }
        return .object(present: [
            "physicalLocation": physical, "logicalLocations": logical.isEmpty ? nil : .array(logical),
        ])
    }

    private static func location(_ note: Diagnostic.Note, id: Int) -> JSONValue? {
        self.physicalLocation(note.place).map {
            ["id": .integer(id), "physicalLocation": $0, "message": self.text(note.text)]
        }
    }

    private static func physicalLocation(_ place: Diagnostic.Place) -> JSONValue? {
        switch place {
        case .none: return nil
        case .file(let path): return self.physicalLocation(path, region: nil)
        case .source(let range):
            let span = TextSpan(range)
            return self.physicalLocation(
                range.file.path,
                region: [
                    "startLine": .integer(span.start.line), "startColumn": .integer(span.start.column),
                    "endLine": .integer(span.end.line), "endColumn": .integer(span.end.column),
                ])
        case .binary(let place):
            if let source = place.sourceLine {
                return self.physicalLocation(source.file, region: ["startLine": .integer(source.line)])
            }
            // A line without its file is none of the compiled one.
            return self.physicalLocation(
                place.path, region: place.offset.map { ["byteOffset": .integer(max(0, $0)), "byteLength": 0] })
        }
    }

    private static func physicalLocation(_ path: String, region: JSONValue?) -> JSONValue? {
        guard !path.isEmpty else { return nil }
        return .object(present: ["artifactLocation": ["uri": .string(self.uri(path))], "region": region])
    }

    /// A path as a URI reference (RFC 3986): relative paths stay relative.
    static func uri(_ path: String) -> String {
        var result = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "+"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
