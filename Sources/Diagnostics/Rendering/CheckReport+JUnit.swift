extension CheckReport {
    /// The findings as a test report (the `testsuites` form that Jenkins, GitLab and others read).
    ///
    /// An error is a test that failed; a warning or a note is one that passed and says something; what is suppressed or accepted was skipped, with the reason. A check without any of these is one test
    /// that passed. With `--strict` warnings are errors before they come here.
    package var junit: String {
        var cases = self.findings.map { JUnitCase($0) }
        cases += self.judged.suppressed.map { JUnitCase($0.finding, skippedBecause: "suppressed: \($0.reason)") }
        cases += self.judged.accepted.map { JUnitCase($0, skippedBecause: "accepted by the baseline") }
        if cases.isEmpty { cases = [JUnitCase(passed: "no findings", of: self.subject)] }
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(cases.count { $0.outcome == .failed })\" errors=\"0\" "
            + "skipped=\"\(cases.count { $0.outcome == .skipped })\""
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"relift check\" \(counts)>"]
        lines.append("  <testsuite name=\"\(XMLText.attribute("relift check \(self.subject)"))\" \(counts)>")
        if let verdict = self.verdict {
            lines += [
                "    <properties>", "      <property name=\"verdict\" value=\"\(XMLText.attribute(verdict))\"/>",
                "    </properties>",
            ]
        }
        lines += cases.flatMap(\.lines)
        lines += ["  </testsuite>", "</testsuites>"]
        return lines.joined(separator: "\n") + "\n"
    }
}

/// One `testcase`.
private struct JUnitCase {
    enum Outcome { case passed, failed, skipped }

    let outcome: Outcome
    let lines: [String]

    init(passed name: String, of subject: String) {
        self.outcome = .passed
        self.lines = ["    <testcase classname=\"\(XMLText.attribute(subject))\" name=\"\(XMLText.attribute(name))\"/>"]
    }

    init(_ finding: Diagnostic, skippedBecause reason: String? = nil) {
        // A name that stays from run to run makes the history of a test.
        let print = finding.fingerprint
        let name = [print.summary, finding.subject.map { "(\($0))" }].compactMap { $0 }.joined(separator: " ")
        var head = "    <testcase classname=\"\(XMLText.attribute(finding.id.rawValue))\""
        head += " name=\"\(XMLText.attribute(name))\""
        switch finding.place {
        case .none: break
        case .file(let path): head += " file=\"\(XMLText.attribute(path))\""
        case .source(let range):
            let line = TextSpan(range).start.line
            head += " file=\"\(XMLText.attribute(range.file.path))\" line=\"\(line)\""
        case .binary(let place):
            head += " file=\"\(XMLText.attribute(place.sourceLine?.file ?? place.path))\""
            if let source = place.sourceLine { head += " line=\"\(source.line)\"" }
        }
        head += ">"
        let body: String
        if let reason {
            self.outcome = .skipped
            body = "      <skipped message=\"\(XMLText.attribute(reason))\"/>"
        } else {
            let place = finding.place.label.map { "\($0): " } ?? ""
            let text = "\(place)\(finding.severity.rawValue): \(finding.prose(withSummary: true))"
            switch finding.severity {
            case .error:
                self.outcome = .failed
                body =
                    "      <failure type=\"\(finding.severity.rawValue)\" "
                    + "message=\"\(XMLText.attribute(finding.summary))\">\(XMLText.content(text))</failure>"
            case .warning, .note:
                self.outcome = .passed
                body = "      <system-out>\(XMLText.content(text))</system-out>"
            }
        }
        self.lines = [head, body, "    </testcase>"]
    }
}
