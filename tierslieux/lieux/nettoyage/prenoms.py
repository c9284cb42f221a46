"""First names usual in France, without accents: what tells "jeanne.dupont@" from "france.services@". Closed list.

Names that are also places or common words of these files (Florence, Rose, Pierre as in "Saint-Pierre") are in it: the
text around decides (see courriel.is_nominatif).
"""

PRENOMS = frozenset(
    """
    abdallah abdel adele adeline adrien agathe agnes ahmed aicha alain alban albane albert alex alexandra alexandre
    alexia alexis alice alicia aline alison alix amandine ambre amelie amina amine anais anas andre andrea andree ange
    angela angele angelique angelina anissa anita ann anna annabelle anne annick annie anouk anthony antoine antonin
    antonio armand armelle arnaud arthur astrid aude audrey auguste aurelia aurelie aurelien aurore axel axelle aymeric
    baptiste barbara barnabe bastien beatrice benedicte benjamin benoit berenice bernadette bernard bertrand blandine
    boris brahim brice brigitte bruno camille candice carine carla carole caroline cassandra catherine cathy cecile
    cedric celia celine chantal charlene charles charline charlotte chloe christel christele christelle christian
    christiane christine christophe cindy claire clara clarisse claude claudette claudie claudine clemence clement
    clementine clotilde colette coline colin coralie corentin corine corinne cyprien cyril cyrille damien daniel daniela
    daniele danielle david davy deborah delphine denis denise didier dimitri dominique donovan dorian doriane dorine
    dorothee dylan eddy edith edouard elea eleonore eliane elias elie eliette elisa elisabeth elise ella elodie eloise
    elsa emeline emeric emile emilie emilien emma emmanuel emmanuelle enzo eric erika erwan estelle esteban ethan
    etienne eugenie eva evelyne fabien fabienne fabrice fadila faiza fanny farid farida fatiha fatima fatoumata felicie
    felix ferdinand fernand flavie flavien florence florent florian floriane francine francis franck francois francoise
    frank fred frederic frederick frederique gabin gabriel gabrielle gael gaelle gaetan gaspard gaston gauthier
    genevieve geoffrey george georges geraldine gerard germaine ghislain ghislaine gilbert gilles gina ginette
    giovanni gisele gladys gregoire gregory guilhem guillaume gustave guy gwenael gwenaelle gwendoline hakim hamza
    hanane hassan hector helene henri henriette herve hicham honorine hubert hugo hugues ibrahim ilona imane ines
    ingrid irene iris isabelle ismael jacky jacqueline jacques jade jamila jean jeanine jeanne jeannine jennifer
    jeremie jeremy jerome jessica jessie jimmy joachim joan joanna jocelyn jocelyne joel joelle joffrey johan johann
    johanna john jonathan jordan jose josee joseph josephine josette josiane josselin jules julia julian julie julien
    juliette justin justine kader kamel karen karim karima karine katia katy kelly kenza kevin khadija khaled laetitia
    laila lara laura laure laurence laurent lauriane laurie lea leila lena lenaic leo leon leonie leopold leslie liliane
    lilian lina linda lionel lisa lise lison loic loick lola loris lorraine lou louane louis louise louisette loup luc
    lucas lucette lucie lucien lucienne lucile ludivine ludovic lydia lydie lysiane madeleine mael maeva magali magalie
    magda maite malik malika manon manuel manuela marc marcel marcelle marcelline margaux margot marguerite maria
    mariam mariama marianne marie marielle mariette marilyne marina marine marion marius marjolaine marjorie marlene
    marthe martial martin martine maryline maryse maryvonne mateo matheo mathias mathieu mathilde mathis matthias
    matthieu maud maurice maxence maxime mehdi melanie melina melissa melodie mercedes michael michel michele micheline
    mickael miguel mireille miriam mohamed mohammed monique morgan morgane mourad moustapha muriel murielle mustapha
    myriam nabil nadege nadia nadine naima nasmaa nassim natacha nathalie nathan nicolas nicole nina nizan noe noelle
    noemie nolwenn nora nordine norbert odette odile olga olivia olivier ophelie oriane oscar oumar paola pascal
    pascale pascaline patrice patricia patrick paul paula paulette pauline perrine philippe pierre pierrette pierrick
    quentin rachel rachid rachida raphael raphaelle raymond raymonde rebecca regine regis remi remy renaud rene renee
    richard rita robert robin roger roland rolande romain romane romuald ronan rosa rosalie rose roseline roxane ruben
    sabine sabrina said salima salome samia samir samira samuel samy sandra sandrine sandy sara sarah saskia sebastien
    serena serge severine sidonie simon simone simona sofia solange solene solenn soline sonia sophie soraya souad
    stephan stephane stephanie steve steven suzanne suzy sylvain sylvaine sylvette sylviane sylvie tanguy tania tatiana
    teddy teresa thais theo theodore therese thibaud thibault thibaut thierry thomas tiffany tim timothee tom tony
    tristan ugo ulrich valentin valentine valerie vanessa vera veronique victor victoire victoria vincent vincente
    violaine violette virginie viviane vladimir walter wendy wilfried william willy xavier yacine yael yamina yan yann
    yannick yasmina yasmine yoann yohan yohann yolande youssef yvan yves yvette yvon yvonne zohra zoe
    """.split()
)
