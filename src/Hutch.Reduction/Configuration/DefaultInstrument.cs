namespace Hutch.Reduction.Configuration;

/// <summary>The instrument where the configuration names none, from the properties files of Hutch and Mantid.</summary>
internal static class DefaultInstrument
{
    /// <summary>Names a properties file to be read first.</summary>
    public const string Variable = "HUTCH_PROPERTIES";

    /// <summary>The files and the keys that are looked for, the first found wins; <c>MANTIDLOCALPROPERTIES</c> is Mantid's own variable.</summary>
    public static IReadOnlyList<(string File, string Key)> Places()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var mantid = Environment.GetEnvironmentVariable("MANTIDLOCALPROPERTIES");
        string?[] files = [Environment.GetEnvironmentVariable(Variable), "/etc/hutch.properties"];
        string?[] mantids = [Path.Combine(home, ".mantid", "Mantid.user.properties"), mantid, "/etc/mantid.local.properties"];
        return
        [
            .. files.OfType<string>().Where(f => f.Length > 0).Select(f => (f, "instrument")),
            .. mantids.OfType<string>().Where(f => f.Length > 0).Select(f => (f, "default.instrument")),
        ];
    }

    /// <summary>The name and the file it is from; null if no file has one.</summary>
    public static (string Name, string File)? Find()
    {
        foreach (var (file, key) in Places())
        {
            if (!File.Exists(file))
                continue;
            // key = value; lines that begin with # are comments
            foreach (var line in File.ReadLines(file))
            {
                var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
                if (parts is [var name, { Length: > 0 } value] && name == key)
                    return (value, file);
            }
        }
        return null;
    }
}
