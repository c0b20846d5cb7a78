using Tickiti.Benchmarks;

return args is [var verb, .. var rest]
    ? verb switch
    {
        "mime" => await MimeReading.RunAsync(rest),
        _ => Usage(),
    }
    : Usage();

static int Usage()
{
    Console.WriteLine("Verbs: mime [FOLDER]");
    return 2;
}
