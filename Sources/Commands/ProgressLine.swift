/// A line on a terminal that is written over as work goes on; nothing where nobody looks on: no terminal, `--quiet`, `CI`.
struct ProgressLine {
    private let isShown: Bool
    private let label: String
    private let total: Int
    private var count = 0
    /// When the line was written last, or, before it was, when the work began.
    private var shownAt: ContinuousClock.Instant?
    private var stands = false

    /// How long a line stands before it is written over.
    private static let interval = Duration.milliseconds(100)

    init(_ label: String, total: Int, _ console: Console) {
        self.label = label
        self.total = total
        self.isShown = console.showsProgress
    }

    /// One of the total is done.
    mutating func advance() {
        guard self.isShown else { return }
        self.count += 1
        let now = ContinuousClock.now
        // What is over at once needs no line.
        let last = self.shownAt ?? now
        if self.shownAt == nil { self.shownAt = now }
        guard now - last >= Self.interval else { return }
        self.shownAt = now
        self.stands = true
        Console.overwrite("\(self.label): \(self.count) of \(self.total)")
    }

    /// The line goes away.
    func end() {
        guard self.stands else { return }
        Console.overwrite("")
    }
}
