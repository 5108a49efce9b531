namespace Hutch.Reduction.Scripting;

/// <summary>What a C# script finds without a name before it: <c>input</c>, <c>output</c>, <c>accumulation</c>, <c>attrs</c>, <c>cache</c>, <c>instrument</c>.</summary>
public static unsafe class ScriptContext
{
    private static int* s_line;

    /// <summary>The chunk.</summary>
    public static ScriptArray input { get; internal set; } = ScriptArray.Empty;

    /// <summary>What the chunks of the run have put out so far, by name; the only output has the name "".</summary>
    public static IReadOnlyDictionary<string, ScriptArray> accumulation { get; internal set; } = new Dictionary<string, ScriptArray>();

    /// <summary>Where the result goes: assign it, or set things by name.</summary>
    public static ScriptOutput output { get; set; } = new();

    /// <summary>What is known of the data: <c>run</c>, <c>chunk</c>, <c>image_ids</c>, <c>time_ns</c>, ...</summary>
    public static IReadOnlyDictionary<string, object?> attrs { get; internal set; } = new Dictionary<string, object?>();

    /// <summary>Lives as long as the script is in use, for values computed once. Each worker has its own.</summary>
    public static Dictionary<string, object> cache { get; internal set; } = [];

    /// <summary>The instrument's short name.</summary>
    public static string instrument { get; internal set; } = "";

    /// <summary>Records the current line where it can be read after this process has died. Called by the compiled script itself.</summary>
    public static void At(int line) => *s_line = line;

    internal static void MarkIn(byte* memory) => s_line = (int*)memory;
}
