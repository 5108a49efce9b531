namespace Hutch.Bus.Transports.Redis;

/// <summary>What Redis does for us in one step.</summary>
internal static class RedisScripts
{
    /// <summary>
    /// Puts a message into the lists that the sender chose, provided that the bindings are the ones it chose by; hands the
    /// bindings over otherwise. KEYS: set of bindings. ARGV: SHA-1 of the bindings, message, lists.
    /// </summary>
    public const string Publish = """
        local bindings = redis.call('SMEMBERS', KEYS[1])
        if redis.sha1hex(table.concat(bindings, '\n')) ~= ARGV[1] then return bindings end
        for i = 3, #ARGV do redis.call('LPUSH', ARGV[i], ARGV[2]) end
        return #ARGV - 2
        """;

    /// <summary>
    /// Takes messages and notes them as unacknowledged in the same step, so that a crash in between loses none.
    /// KEYS: unacked, unacked_index, the lists of the queue. ARGV: time, how many at most, 1 to note them.
    /// A message that shows no delivery tag is handed over without being noted.
    /// </summary>
    public const string Take = """
        local taken = {}
        for i = 3, #KEYS do
          while #taken < tonumber(ARGV[2]) do
            local message = redis.call('RPOP', KEYS[i])
            if not message then break end
            taken[#taken + 1] = message
            if ARGV[3] == '1' then
              local ok, m = pcall(cjson.decode, message)
              local p = ok and type(m) == 'table' and m.properties
              local d = type(p) == 'table' and p.delivery_info
              local tag = type(p) == 'table' and p.delivery_tag
              if type(d) == 'table' and type(tag) == 'string' and type(d.exchange) == 'string' and type(d.routing_key) == 'string' then
                redis.call('ZADD', KEYS[2], ARGV[1], tag)
                redis.call('HSET', KEYS[1], tag, '[' .. message .. ', ' .. cjson.encode(d.exchange) .. ', ' .. cjson.encode(d.routing_key) .. ']')
              end
            end
          end
        end
        return taken
        """;

    /// <summary>
    /// Moves an unacknowledged message back, if it is still there. KEYS: unacked, unacked_index. ARGV: tag, message,
    /// RPUSH (front of the line) or LPUSH (end), lists.
    /// </summary>
    public const string Restore = """
        redis.call('ZREM', KEYS[2], ARGV[1])
        if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
        for i = 4, #ARGV do redis.call(ARGV[3], ARGV[i], ARGV[2]) end
        return 1
        """;

    /// <summary>Deletes a key if it has a value. KEYS: key. ARGV: value.</summary>
    public const string Release = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
}
