namespace UnitWorker;

/// <summary>What all services of these tests do: add a line to FOLDER/ticks; hang when told to by FOLDER/hang; fail by FOLDER/fail.</summary>
internal static class Tick
{
    public static void Once(string folder)
    {
        File.AppendAllText(Path.Combine(folder, "ticks"), "tick\n");
        var hang = Path.Combine(folder, "hang");
        if (File.Exists(hang))
        {
            File.Delete(hang); // once: after the restart it goes on
            Thread.Sleep(Timeout.Infinite);
        }
        if (File.Exists(Path.Combine(folder, "fail")))
            throw new InvalidOperationException("the sample is gone", new IOException("the inner cause"));
    }
}
