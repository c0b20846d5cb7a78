using Tickiti.Benchmarks;

return args is [var verb, .. var rest]
    ? verb switch
    {
        "mime" => await MimeReading.RunAsync(rest),
        "pop3" => await Pop3Fetching.RunAsync(rest),
        "smtp" => await SmtpSending.RunAsync(rest),
        "intake" => await MailIntake.RunAsync(rest),
        "outbox" => await OutboxSending.RunAsync(rest),
        _ => Usage(),
    }
    : Usage();

static int Usage()
{
    Console.WriteLine("Verbs: mime [FOLDER], pop3 [COUNT], smtp [COUNT], intake [sqlite|postgres] [MAILS] [ROUNDS], outbox [sqlite|postgres] [COUNT] [CONNECTIONS]");
    return 2;
}
