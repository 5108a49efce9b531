namespace UnitWorker;

/// <summary>Static methods, and a type that is no service.</summary>
public static class Methods
{
    /// <summary>Ticks for ever, and says so.</summary>
    public static void Run(string[] args)
    {
        while (true)
        {
            Tick.Once(args[0]);
            Console.WriteLine("tick");
            Thread.Sleep(100);
        }
    }

    /// <summary>Writes down what it was told in secret, and fails with it in the message.</summary>
    public static void Tell(string[] args)
    {
        File.WriteAllText(Path.Combine(args[0], "told"), args[1]);
        while (!File.Exists(Path.Combine(args[0], "fail")))
            Thread.Sleep(100);
        throw new InvalidOperationException($"no access with {args[1]}");
    }

    /// <summary>Cannot be a service: it takes a number.</summary>
    public static int Add(int x) => x + 1;
}
