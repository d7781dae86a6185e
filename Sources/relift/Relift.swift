import Commands

@main
enum Relift {
    static func main() async { await Main.run() }
}
